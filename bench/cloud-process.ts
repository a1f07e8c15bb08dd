import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** Holdfast as its users start it, in a process of its own. */
export class CloudProcess {
  readonly url: string
  /** opens the control door */
  readonly ownerKey: string
  /** from the start of the process to its first answer */
  readonly readyMilliseconds: number
  private readonly child: ChildProcess

  private constructor(child: ChildProcess, url: string, data: string, readyMilliseconds: number) {
    this.child = child
    this.url = url
    this.ownerKey = readFileSync(join(data, 'owner.key'), 'utf8').trim()
    this.readyMilliseconds = readyMilliseconds
  }

  static async start(data: string, ...options: string[]): Promise<CloudProcess> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const begin = performance.now()
    const child = spawn(
      process.execPath,
      [join(root, 'infra/start.mjs'), '--port', String(port), '--data', data, ...options],
      // By the channel it learns when a bench is killed, and does not stay behind.
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    )
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => void (said = (said + chunk.toString()).slice(-4000)))
    for (const limit = begin + 120_000; performance.now() < limit;) {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said}`)
      const answer = await fetch(`${url}/health`).catch(() => undefined)
      await answer?.arrayBuffer()
      if (answer?.ok) return new CloudProcess(child, url, data, performance.now() - begin)
      await new Promise((after) => setTimeout(after, 5))
    }
    child.kill('SIGKILL')
    throw new Error(`it does not answer: ${said}`)
  }

  /** MB of the process and all below it, shared pages counted in proportion (PSS). Linux only: otherwise undefined. */
  memory(): number | undefined {
    try {
      const kilobytes = descendants(this.child.pid ?? 0).map((id) => {
        const rollup = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')
        return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
      })
      return kilobytes.reduce((sum, size) => sum + size, 0) / 1024
    } catch {
      return undefined
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    const patience = setTimeout(() => this.child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(patience)
  }
}

function descendants(id: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // the second field, the command in brackets, may hold anything
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\)\s/s, '')
          .split(' ')
        return [{ id: Number(name), parent: Number(fields[1]) }]
      } catch {
        return [] // it has ended meanwhile
      }
    })
  const below = (one: number): number[] => [
    one,
    ...parents.filter(({ parent }) => parent === one).flatMap((child) => below(child.id)),
  ]
  return below(id)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
