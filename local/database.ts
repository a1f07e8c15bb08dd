/**
 * The table: dynoxide, a DynamoDB written in Rust upon SQLite, run as a child process on a file in the data folder.
 *
 * Problem: an acknowledged write must survive kill -9 of everything, and nothing may be left running after it.
 * Representation: the child is started by a shell that waits for the end of a pipe which this process holds; when
 * this process dies, however it dies, the pipe ends and the shell ends the child. The stream's records are read
 * straight from the child's file (stream-log.ts), since GetRecords cannot wait and costs a request for every look.
 * Invariant: there is an index for the child's own search for the last sequence number, which is otherwise a scan of
 * every record ever written (1 ms a write becomes 11 ms after 20,000), and the last record is never deleted, for the
 * child would begin to count from 1 again and every checkpoint would be wrong.
 * Rejected: DynamoDB Local (needs Java, starts in seconds); the in-memory mode (no index, nothing kept).
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import type { Writable } from 'node:stream'
import type { Clock } from './clock.ts'
import { dynamoDb, post, TableFault, type DynamoDb, type Place } from './dynamodb.ts'
import { hiddenAddress } from './hidden-address.ts'
import type { TableDefinition } from './resource/table.ts'
import { Unmodelled } from './template/fault.ts'

export interface Database extends DynamoDb {
  readonly url: string
  /** The child's process id, for tests and for the console. */
  readonly pid: number | undefined
  /** Makes the tables of the assembly that do not exist yet. */
  prepare(tables: TableDefinition[]): Promise<void>
  /** Deletes items whose time to live has passed; returns how many. */
  sweep(tables: TableDefinition[]): Promise<number>
  stop(): Promise<void>
}

export interface DatabaseOptions {
  file: string
  clock: Clock
  /** With a virtual clock the child's own idea of the time is of no use to expire items by. */
  isVirtual: boolean
  report: (line: string) => void
}

/** Starts the database and waits until it answers. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const host = hiddenAddress()
  const place = { host, port: await freePort(host) }
  const token = randomBytes(24).toString('hex')
  const child = supervise(options, place, token)
  const client = dynamoDb(place)
  await child.ready()

  return {
    ...client,
    url: `http://${place.host}:${place.port}`,
    get pid() {
      return child.pid()
    },
    async prepare(tables) {
      for (const table of tables) await createTable(client, table)
      const db = new DatabaseSync(options.file)
      try {
        db.exec('PRAGMA busy_timeout = 5000')
        db.exec(`CREATE INDEX IF NOT EXISTS holdfast_stream_sequence
                 ON _stream_records(table_name, CAST(sequence_number AS INTEGER))`)
      } finally {
        db.close()
      }
    },
    async sweep(tables) {
      if (!tables.some((table) => table.timeToLiveAttribute)) return 0
      return options.isVirtual
        ? await sweepByClock(client, options, tables)
        : await sweepByTool(child.tool()!, token)
    },
    async stop() {
      client.close()
      await child.stop()
    },
  }
}

function binary(): string {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`)
  } catch {
    throw new Unmodelled(
      `${process.platform}-${process.arch}`,
      'there is no database binary for this machine; Linux on x64 is supported',
    )
  }
}

/** The shell outlives neither its child nor the pipe that this process holds. */
const watchdog =
  '"$@" & p=$!; echo "database process $p" >&2; trap "kill $p 2>/dev/null" TERM INT; (read _; kill $p 2>/dev/null) <&3 & wait $p'

function supervise(options: DatabaseOptions, { host, port }: Place, token: string) {
  let child: ChildProcess
  let tool: Place | undefined
  let pid: number | undefined
  let stopping = false
  let failures = 0
  let up = Promise.withResolvers<void>()

  function start() {
    const startedAt = performance.now()
    let said = ''
    const args = ['serve', '--host', host, '--port', String(port), '--db-path', options.file]
    child = spawn('sh', ['-c', watchdog, 'sh', binary(), ...args, '--mcp', '--mcp-port', '0'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // In a process group of its own: Ctrl-C must end the database after everything that writes to it, not at once.
      detached: true,
      // The token is passed by environment: arguments can be read by every user of the machine.
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', DYNOXIDE_MCP_AUTH_TOKEN: token },
    })
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
      pid = Number(/database process (\d+)/.exec(said)?.[1]) || pid
      const listening = /MCP HTTP server listening on http:\/\/([\d.]+):(\d+)/.exec(said)
      if (!listening) return
      tool = { host: listening[1]!, port: Number(listening[2]) }
      up.resolve()
    })
    child.on('exit', (code) => {
      // Ends the reader of the pipe, which the shell leaves behind.
      ;(child.stdio[3] as Writable).destroy()
      if (stopping) return
      failures = performance.now() - startedAt > 10_000 ? 0 : failures + 1
      if (failures > 5) {
        up.reject(new Error(`The database does not start (exit code ${code}): ${said.trim()}`))
        return
      }
      options.report(`the database ended (exit code ${code}) and is started again`)
      up.promise.catch(() => undefined)
      up = Promise.withResolvers<void>()
      setTimeout(start, 50 * failures)
    })
  }
  start()

  return {
    ready: () => up.promise,
    pid: () => pid,
    tool: () => tool,
    stop: () =>
      new Promise<void>((resolve) => {
        stopping = true
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        ;(child.stdio[3] as Writable).end()
      }),
  }
}

async function createTable(client: DynamoDb, table: TableDefinition): Promise<void> {
  const known = await describe(client, table.name)
  if (!known) await client.call('CreateTable', table.create)
  else refuseChange(table, known)
  if (!table.timeToLiveAttribute) return
  try {
    await client.call('UpdateTimeToLive', {
      TableName: table.name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: table.timeToLiveAttribute },
    })
  } catch (error) {
    // "TimeToLive is already enabled": so it was when the table was made.
    if (!(error instanceof TableFault && error.code === 'ValidationException')) throw error
  }
}

interface Description {
  Table: {
    KeySchema: unknown
    GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[]
  }
}

async function describe(client: DynamoDb, name: string): Promise<Description['Table'] | undefined> {
  try {
    return (await client.call<Description>('DescribeTable', { TableName: name })).Table
  } catch (error) {
    if (error instanceof TableFault && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** The stored table is kept over restarts; a different key or index cannot be laid over it. */
function refuseChange(table: TableDefinition, known: Description['Table']): void {
  const stored = Object.fromEntries(
    (known.GlobalSecondaryIndexes ?? []).map((index) => [
      index.IndexName,
      { keySchema: index.KeySchema, projection: index.Projection },
    ]),
  )
  const names = new Set([...Object.keys(stored), ...Object.keys(table.indexes)])
  const changed = [...names].filter((name) => canonical(stored[name]) !== canonical(table.indexes[name]))
  if (canonical(known.KeySchema) !== canonical(table.create.KeySchema)) changed.unshift('the primary key')
  if (changed.length === 0) return
  throw new Unmodelled(
    `table ${table.name}`,
    `the assembly changes ${changed.join(', ')}, but the data folder holds the table as it was made. ` +
      'Keep the old definition, use another data folder (--data), or start anew with --fresh',
  )
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    entry && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([left], [right]) => (left < right ? -1 : 1)))
      : entry,
  )
}

/** The child expires nothing by itself but has a tool for it, reachable by its second port. */
async function sweepByTool(place: Place, token: string): Promise<number> {
  const answer = await post({
    ...place,
    path: '/mcp',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'sweep_ttl', arguments: {} },
    }),
  })
  return Number(/items_deleted\\":(\d+)/.exec(answer.body)?.[1] ?? 0)
}

async function sweepByClock(
  client: DynamoDb,
  options: DatabaseOptions,
  tables: TableDefinition[],
): Promise<number> {
  const seconds = Math.floor(options.clock.now() / 1000)
  const db = new DatabaseSync(options.file, { readOnly: true })
  let deleted = 0
  try {
    for (const table of tables.filter((entry) => entry.timeToLiveAttribute)) {
      const keys = (table.create.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName)
      const expired = db
        .prepare(
          `SELECT item_json FROM "${table.name}" WHERE CAST(json_extract(item_json, ?) AS INTEGER) BETWEEN 1 AND ?`,
        )
        .all(`$."${table.timeToLiveAttribute}".N`, seconds) as { item_json: string }[]
      for (const row of expired) {
        const item = JSON.parse(row.item_json) as Record<string, unknown>
        await client.call('DeleteItem', {
          TableName: table.name,
          Key: Object.fromEntries(keys.map((key) => [key, item[key]])),
          ConditionExpression: '#ttl <= :now',
          ExpressionAttributeNames: { '#ttl': table.timeToLiveAttribute },
          ExpressionAttributeValues: { ':now': { N: String(seconds) } },
        })
        deleted++
      }
    }
  } finally {
    db.close()
  }
  return deleted
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
