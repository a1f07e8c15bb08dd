/**
 * One function host: a thread, or a process of its own, that runs calls of many functions at once.
 *
 * Problem: a call must be answered exactly once, also when its function loops, leaks, throws outside of its promise or
 * exits; and what one of them does must cost the others as little as it can.
 * Representation: the calls in hand by number. A call whose time is over makes the host prove that its loop turns: if it
 * does, the call alone is answered and the host takes no more (it ends with its last call); if not, the host is ended.
 * Invariant: of an ended host each call in hand is given back, with whether it had begun.
 * Rejected: interrupting a loop within the thread (nothing can but the end of the thread).
 */
import { fork } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import type { SdkAnswerer } from '../endpoint.ts'
import type { Failure, FromHost, HostStart, ToHost } from './runtime/message.ts'

export interface Task {
  /** Of the invocation. */
  id: string
  function: string
  event: string
  /** Milliseconds. */
  timeout: number
}

export interface HostOptions<T extends Task> {
  place: 'thread' | 'process'
  start: Omit<HostStart, 'begun'>
  /** Of a process; a thread has none but what the scopes of its functions give. */
  environment: Record<string, string>
  megabytes: number
  compileCache: string
  answerSdk: SdkAnswerer
  now?: () => number
  output: (functionName: string | undefined, text: string) => void
  /** The host has answered a call. */
  done: (task: T, result: { payload: string } | { error: Failure }) => void
  /** It takes no more calls, or has ended; then `lost` are the calls that it had, and why it did. */
  ended: (lost: Lost<T>[], failure: Failure) => void
  retired: () => void
}

export interface Lost<T> {
  task: T
  hasBegun: boolean
  /** It was the only one that ran, so it is what ended the host. */
  isAuthor: boolean
}

export interface Host<T> {
  /** Calls in hand. */
  readonly running: number
  readonly isRetired: boolean
  give(task: T): void
  /** Takes no more calls, and ends when those in hand are answered. */
  retire(): void
  stop(): Promise<void>
}

interface Held<T> {
  task: T
  number: number
  timer: NodeJS.Timeout
}

/** On AWS a function has ten seconds to load its code. */
const loadTimeout = 10_000
/** Milliseconds without a turn of its loop after which a host is taken to be blocked. */
const pingPatience = 1000
/** Room for young objects, for all functions together. Measured: half of it costs 2 ms of GC a lead in bursts. */
const youngMegabytes = 16

const main = new URL('./runtime/main.ts', import.meta.url)
let lastNumber = 0

export function openHost<T extends Task>(options: HostOptions<T>): Host<T> {
  const held = new Map<number, Held<T>>()
  const loaded = new Set<string>()
  const begun = new Int32Array(new SharedArrayBuffer(4))
  let outgoing: Required<Pick<ToHost, 'calls' | 'answers' | 'ended'>> | undefined
  let isRetired = false
  let isEnded = false
  let pinging: { timer: NodeJS.Timeout; late: Held<T>[] } | undefined

  const thread = (options.place === 'thread' ? openThread : openProcess)(options, begun, {
    message: receive,
    output: (text) => options.output(undefined, text),
    lost: (failure) => end(failure),
  })

  function gather(): NonNullable<typeof outgoing> {
    if (outgoing) return outgoing
    setImmediate(() => {
      if (!isEnded) thread.post(outgoing!)
      outgoing = undefined
    })
    outgoing = { calls: [], answers: [], ended: [] }
    return outgoing
  }

  function receive(message: FromHost): void {
    if (isEnded) return
    for (const name of message.loaded ?? []) {
      loaded.add(name)
      // The time of a call begins when its code is there.
      for (const one of held.values()) if (one.task.function === name) restart(one)
    }
    for (const { number, payload, error, isFatal } of message.results ?? []) {
      const one = held.get(number)
      if (one && error) answer(one, { error: isFatal ? ofRequest(one.task, error) : error })
      else if (one) answer(one, { payload: payload ?? 'null' })
      if (isFatal) retire()
    }
    for (const { number, ...request } of message.requests ?? [])
      void options.answerSdk(request).then((reply) => {
        if (!isEnded) gather().answers.push({ number, ...reply })
      })
    if (message.output) options.output(message.output.function, message.output.text)
    if (message.broken) {
      options.output(undefined, `${message.broken.trace.join('\n')}\n`)
      retire()
    }
    if (message.pong) timeOut()
    endIfDone()
  }

  function restart(one: Held<T>): void {
    clearTimeout(one.timer)
    const isLoading = !loaded.has(one.task.function)
    one.timer = setTimeout(() => late(one), isLoading ? loadTimeout : one.task.timeout)
  }

  function answer(one: Held<T>, result: Parameters<typeof options.done>[1]): void {
    clearTimeout(one.timer)
    held.delete(one.number)
    options.done(one.task, result)
  }

  /** Asks whether the thread is blocked or only the call waits. */
  function late(one: Held<T>): void {
    if (pinging) return void pinging.late.push(one)
    pinging = { late: [one], timer: setTimeout(() => end(timedOut(one)), pingPatience) }
    thread.post({ ping: true })
  }

  /** The loop turns: what is late waits for something, and all else may go on. */
  function timeOut(): void {
    if (!pinging) return
    clearTimeout(pinging.timer)
    const late = pinging.late.filter((one) => held.has(one.number))
    pinging = undefined
    for (const one of late) {
      gather().ended.push(one.number)
      answer(one, { error: ofRequest(one.task, timedOut(one)) })
    }
    if (late.length > 0) retire()
  }

  function timedOut({ task }: Held<T>): Failure {
    const message = loaded.has(task.function)
      ? `Task timed out after ${(task.timeout / 1000).toFixed(2)} seconds`
      : 'the code of the function took too long to load'
    return { errorType: 'Sandbox.Timedout', errorMessage: message, trace: [] }
  }

  function retire(): void {
    if (isRetired || isEnded) return
    isRetired = true
    options.retired()
    endIfDone()
  }

  function endIfDone(): void {
    if (isRetired && held.size === 0)
      end({ errorType: 'Runtime.ExitError', errorMessage: 'ended', trace: [] })
  }

  function end(failure: Failure): void {
    if (isEnded) return
    isEnded = isRetired = true
    clearTimeout(pinging?.timer)
    const all = [...held.values()]
    held.clear()
    for (const { timer } of all) clearTimeout(timer)
    void thread.end()
    // A host that began nothing is lost by its start: the next one would be as well.
    const last = Atomics.load(begun, 0) || Infinity
    const count = last === Infinity ? 1 : all.filter(({ number }) => number <= last).length
    const lost = all.map(({ task, number }) => {
      const hasBegun = number <= last
      return { task, hasBegun, isAuthor: hasBegun && count === 1 }
    })
    options.ended(lost, failure)
  }

  return {
    get running() {
      return held.size
    },
    get isRetired() {
      return isRetired
    },
    retire,
    give(task) {
      const number = ++lastNumber
      const one = { task, number, timer: setTimeout(() => undefined, 0) }
      held.set(number, one)
      restart(one)
      const { id, event, timeout } = task
      const now = options.now && { now: Math.floor(options.now()) }
      gather().calls.push({ number, id, event, timeout, function: task.function, ...now })
    },
    async stop() {
      isEnded = isRetired = true
      clearTimeout(pinging?.timer)
      for (const { timer } of held.values()) clearTimeout(timer)
      await thread.end()
    },
  }
}

interface Ear {
  message: (message: FromHost) => void
  output: (text: string) => void
  lost: (failure: Failure) => void
}

interface Place {
  post: (message: ToHost) => void
  end: () => Promise<unknown>
}

function openThread<T extends Task>(options: HostOptions<T>, begun: Int32Array, ear: Ear): Place {
  const worker = new Worker(main, {
    // Shown by top -H, which has room for 15 characters.
    name: 'functions',
    workerData: { ...options.start, begun: begun.buffer },
    // Nothing of this process's own environment.
    env: { NODE_COMPILE_CACHE: options.compileCache },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: options.megabytes,
      maxYoungGenerationSizeMb: youngMegabytes,
    },
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

function openProcess<T extends Task>(options: HostOptions<T>, _begun: Int32Array, ear: Ear): Place {
  const child = fork(main, {
    env: { ...options.environment, NODE_COMPILE_CACHE: options.compileCache },
    execArgv: [`--max-old-space-size=${options.megabytes}`],
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

/** As Lambda reports what ended an environment. */
export const ofRequest = ({ id }: Task, failure: Failure): Failure => ({
  ...failure,
  errorMessage: `RequestId: ${id} Error: ${failure.errorMessage}`,
})

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
