import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { northwindFolder } from '../test/fixture/northwind.ts'

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

  /** process id; below it may be more processes */
  get id(): number {
    return this.child.pid ?? 0
  }

  static async start(data: string, ...options: string[]): Promise<CloudProcess> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const begin = performance.now()
    const child = spawn(
      process.execPath,
      // As `npm start` does.
      [
        '--max-semi-space-size=8',
        '--v8-pool-size=1',
        join(root, 'infra/start.mjs'),
        '--content',
        northwindFolder,
        '--port',
        String(port),
        '--data',
        data,
        ...options,
      ],
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

  async stop(): Promise<void> {
    await stopProcess(this.child)
  }
}

/** Asks a process to end, and makes it after 15 s. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await ended
  clearTimeout(patience)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
