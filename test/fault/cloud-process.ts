import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from '../cloud.ts'
import { builtAssembly } from '../assembly.ts'
import { openTable, processes, type Table } from '../table.ts'

const root = resolve(import.meta.dirname, '../..')

/** The embedded cloud as users run it: a process of its own, to be killed and started again on the same data. */
export class CloudProcess {
  readonly data: string
  readonly port: number
  readonly client: Client
  #child: ChildProcess | undefined
  #said = ''
  readonly #start: string

  readonly #env: NodeJS.ProcessEnv

  /**
   * @param start where the virtual clock begins; after a restart it goes on from where it was
   * @param env what its environment has besides that of the test
   */
  constructor(data: string, port: number, start: string, env: NodeJS.ProcessEnv = {}) {
    this.data = data
    this.port = port
    this.#start = start
    this.#env = env
    this.client = new Client(`http://127.0.0.1:${port}`, data)
    // A test that is broken off leaves nothing running.
    process.once('exit', () => this.#child?.kill('SIGKILL'))
  }

  /** What it wrote since it was last started. */
  get said(): string {
    return this.#said
  }

  async start(): Promise<void> {
    const assembly = await builtAssembly()
    this.#said = ''
    const child = spawn(
      process.execPath,
      [
        join(root, 'local/main.ts'),
        '--assembly',
        assembly,
        '--data',
        this.data,
        '--port',
        String(this.port),
        '--clock',
        this.#start,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOLDFAST_FAULTS: '1', ...this.#env } },
    )
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (this.#said = (this.#said + chunk.toString()).slice(-20_000)))
  }

  /** Waits until it answers. Throws with its last words when it ended instead. */
  async ready(): Promise<void> {
    for (const until = performance.now() + 60_000; performance.now() < until;) {
      if (this.#child?.exitCode !== null)
        throw new Error(`it ended with ${this.#child?.exitCode}: ${this.#said}`)
      const health = await fetch(`${this.client.url}/health`).catch(() => undefined)
      await health?.arrayBuffer()
      if (health?.ok) return
      await new Promise((after) => setTimeout(after, 10))
    }
    throw new Error(`it does not answer: ${this.#said}`)
  }

  /** As if the machine had lost the process: nothing of it gets to run any more. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** As Ctrl-C. */
  async stop(): Promise<void> {
    await this.#end('SIGINT')
  }

  table(): Promise<Table> {
    return openTable(this.data)
  }

  /** What still runs on this data folder. The database ends a moment after the pipe to it does. */
  async leftovers(): Promise<string[]> {
    for (const until = performance.now() + 2_000; performance.now() < until && this.#leftovers().length;)
      await new Promise((after) => setTimeout(after, 20))
    return this.#leftovers().map(({ id, words }) => `${id} ${words.join(' ')}`)
  }

  /** Ends whatever is left of it, and its data: for the end of a test, however that came. */
  async remove(): Promise<void> {
    await this.kill()
    for (const { id } of this.#leftovers()) end(id)
    rmSync(this.data, { recursive: true, force: true })
  }

  #leftovers() {
    return processes().filter(
      ({ id, words }) => id !== process.pid && words.some((word) => word.includes(this.data)),
    )
  }

  /** @throws when it does not end within ten seconds */
  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(10_000) })
    child.kill(signal)
    await ended.catch(() => {
      throw new Error(`${signal} does not end it: ${this.#said}`)
    })
  }
}

function end(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // it ended meanwhile
  }
}
