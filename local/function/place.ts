/* Where a host runs: a thread of this process, or a process of its own. Both run `runtime/main.ts`. */
import { fork } from 'node:child_process'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Failure, FromHost, HostStart, ToHost } from './runtime/message.ts'

export interface PlaceOptions {
  start: Omit<HostStart, 'begun'>
  begun: SharedArrayBuffer
  /** Of a process; a thread has none but what the scopes of its functions give. */
  environment: Record<string, string>
  megabytes: number
  compileCache: string
}

/**
 * Room for young objects in megabytes, for all functions together; there are two such rooms. Measured: half of it costs
 * 0.2 ms of processor a lead. V8 takes it from this flag, which goes before `resourceLimits`, when a thread begins.
 */
const semiSpace = 16

const main = new URL('./runtime/main.ts', import.meta.url)

export interface Ear {
  message: (message: FromHost) => void
  output: (text: string) => void
  lost: (failure: Failure) => void
}

export interface Place {
  post: (message: ToHost) => void
  end: () => Promise<unknown>
}

export function openThread(options: PlaceOptions, ear: Ear): Place {
  setFlagsFromString(`--max-semi-space-size=${semiSpace}`)
  const worker = new Worker(main, {
    // Shown by top -H, which has room for 15 characters.
    name: 'functions',
    workerData: { ...options.start, begun: options.begun },
    // Nothing of this process's own environment.
    env: { NODE_COMPILE_CACHE: options.compileCache },
    // The loader of functions uses a part of node:vm that Node calls experimental.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: options.megabytes },
  })
  worker.stdout.setEncoding('utf8').on('data', ear.output)
  worker.stderr.setEncoding('utf8').on('data', ear.output)
  worker.on('message', ear.message)
  worker.on('error', (error: Error & { code?: string }) =>
    ear.lost(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? outOfMemory(options.megabytes)
        : {
            errorType: error.name || 'Error',
            errorMessage: error.message,
            trace: error.stack?.split('\n') ?? [],
          },
    ),
  )
  worker.on('exit', (code) => ear.lost(exited(code)))
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() }
}

export function openProcess(options: PlaceOptions, ear: Ear): Place {
  const child = fork(main, {
    env: { ...options.environment, NODE_COMPILE_CACHE: options.compileCache },
    execArgv: [`--max-old-space-size=${options.megabytes}`, '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let said = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
      ear.output(text)
    })
  child.on('message', (message) => ear.message(message as FromHost))
  child.on('error', (error) => ear.lost({ errorType: error.name, errorMessage: error.message, trace: [] }))
  child.on('close', (code, signal) =>
    ear.lost(said.includes('heap out of memory') ? outOfMemory(options.megabytes) : exited(code ?? signal)),
  )
  child.send({ start: options.start } satisfies ToHost)
  return {
    post: (message) => void (child.connected && child.send(message)),
    end() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

const outOfMemory = (megabytes: number): Failure => ({
  errorType: 'Runtime.OutOfMemory',
  errorMessage: `the function needed more than ${megabytes} MB`,
  trace: [],
})

const exited = (code: number | string | null): Failure => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `Runtime exited without providing a reason (exit code ${code})`,
  trace: [],
})
