import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { freePort } from './port.ts'

/** dynoxide, an engine with DynamoDB's interface that was checked against AWS: what the table engine is compared with. */
export interface Dynoxide {
  readonly port: number
  /** its last words */
  said(): string
  stop(): Promise<void>
}

/** Its program; npm has none for many platforms. */
export function dynoxideProgram(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`)
  } catch {
    return undefined
  }
}

/** Ends it with the pipe that the test holds: however a test is broken off, nothing is left running. */
const untilLeftAlone = '"$@" & p=$!; read _; kill -9 $p; wait $p 2>/dev/null'

/**
 * Starts it on a port of this machine and waits until it listens.
 * @param file where it keeps its tables; without one they are in memory
 * @throws with its last words when it does not listen within ten seconds
 */
export async function startDynoxide(program: string, file?: string): Promise<Dynoxide> {
  const port = await freePort()
  const args = ['serve', '--host', '127.0.0.1', '--port', String(port), ...(file ? ['--db-path', file] : [])]
  const child = spawn('sh', ['-c', untilLeftAlone, 'sh', program, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`dynoxide does not listen: ${said}`)), 10_000)
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
      if (!said.includes('listening on')) return
      clearTimeout(late)
      resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`dynoxide ended: ${said}`)))
  })
  return {
    port,
    said: () => said,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
