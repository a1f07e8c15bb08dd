/*
 * What this machine could do at most: the least that keeps a lead and its e-mail. Plain `node:http` reads the JSON; one
 * transaction for all requests of a turn of the event loop stores a row for each lead and one of 8 KB for its e-mail; the
 * answers leave when the log is synced. No rules, no decision, no function, no timer. Run as a process: see `startLimit`.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fdatasync, openSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { stopProcess } from '../cloud-process.ts'
import type { Target } from './drive.ts'

/** Starts it in a process of its own, on a file of its own. */
export async function startLimit(file: string): Promise<Target & { id: number; stop(): Promise<void> }> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [file])
  const [port] = (await once(child, 'message')) as [number]
  return {
    url: `http://127.0.0.1:${port}`,
    // The answer says it all: the e-mail is stored with the lead.
    arrival: () => Promise.resolve(),
    id: child.pid ?? 0,
    stop: () => stopProcess(child),
  }
}

function serve(file: string): void {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE lead (id TEXT PRIMARY KEY, content TEXT NOT NULL);
    CREATE TABLE mail (id INTEGER PRIMARY KEY, lead TEXT NOT NULL, content TEXT NOT NULL)`)
  const log = openSync(`${file}-wal`, 'r')
  const addLead = db.prepare('INSERT INTO lead VALUES (?, ?)')
  const addMail = db.prepare('INSERT INTO mail (lead, content) VALUES (?, ?)')
  const letter = 'x'.repeat(8192)
  let turn: { response: ServerResponse; leadId: string; lead: object }[] = []
  let isSyncing = false

  function commit(): void {
    if (isSyncing || turn.length === 0) return
    const stored = turn
    turn = []
    db.exec('BEGIN')
    for (const { leadId, lead } of stored) {
      addLead.run(leadId, JSON.stringify(lead))
      addMail.run(leadId, letter)
    }
    db.exec('COMMIT')
    isSyncing = true
    fdatasync(log, (error) => {
      if (error) throw error
      isSyncing = false
      for (const { response, leadId } of stored)
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ leadId }))
      commit()
    })
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const lead = JSON.parse(Buffer.concat(chunks).toString()) as object
      if (turn.push({ response, leadId: randomUUID(), lead }) === 1) setImmediate(commit)
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('disconnect', () => process.exit())
}

if (import.meta.main) serve(process.argv[2]!)
