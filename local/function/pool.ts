/**
 * The workers of one function.
 *
 * Problem: a function must be isolated as on AWS (own globals, memory limit, a time-out that really ends it), start
 * quickly and cost nothing while nobody calls it.
 * Representation: worker threads, each with one invocation at a time; the first is started by the first call,
 * another only when calls have waited for longer than a warm invocation takes, and all end after a time without work.
 * Invariant: a call is answered exactly once, also when its thread times out, runs out of memory or exits.
 * Rejected: a child process for each (20 MB and 50 ms more), functions within this process (one endless loop or leak
 * would stop everything), several invocations at once in a thread (handlers may rely on module state, as on AWS).
 */
import { Worker } from 'node:worker_threads'
import { isLarger, largestPayload } from '../payload-size.ts'
import type { FunctionDefinition } from '../resource/function.ts'
import {
  bootstrap,
  type InvocationMessage,
  type ReadyMessage,
  type ResultMessage,
  type WorkerData,
} from './worker.ts'

export interface Invocation {
  requestId: string
  /** JSON: what the handler returned, or `{errorType, errorMessage, trace}`. */
  payload: string
  /** Set when the function failed, as in the header X-Amz-Function-Error. */
  functionError?: 'Unhandled'
}

export interface Pool {
  invoke(id: string, event: string): Promise<Invocation>
  /** While paused, calls wait. */
  pause(paused: boolean): void
  readonly workers: number
  stop(): Promise<void>
}

export interface PoolOptions {
  definition: FunctionDefinition
  environment: Record<string, string>
  maximumWorkers: number
  compileCache: string
  time?: SharedArrayBuffer
  /** A piece of what the function wrote. */
  output: (chunk: string) => void
  /** Milliseconds without work after which a worker ends. */
  idle: number
}

interface Call {
  message: InvocationMessage
  done: (invocation: Invocation) => void
}

interface Member {
  worker: Worker
  call: Call | undefined
  ready: boolean
  timer: NodeJS.Timeout | undefined
}

/** A call that has waited this long is worth a further worker. */
const patience = 30
/** On AWS a function has ten seconds to load its code. */
const loadTimeout = 10_000
/** Room for young objects of a worker. */
const youngMegabytes = 16

export function openPool(options: PoolOptions): Pool {
  const { definition } = options
  const members = new Set<Member>()
  const waiting: Call[] = []
  let scaling: NodeJS.Timeout | undefined
  let paused = false
  let stopped = false

  function dispatch(): void {
    if (paused || stopped) return
    for (const member of members) {
      if (waiting.length === 0) return
      if (member.ready && !member.call) give(member, waiting.shift()!)
    }
    if (waiting.length === 0) return
    if (members.size === 0) return start()
    const starting = [...members].some((member) => !member.ready)
    if (starting || members.size >= options.maximumWorkers || scaling) return
    scaling = setTimeout(() => {
      scaling = undefined
      if (waiting.length > 0 && !stopped) start()
    }, patience)
  }

  function give(member: Member, call: Call): void {
    clearTimeout(member.timer)
    member.call = call
    member.timer = setTimeout(() => {
      const seconds = (definition.timeout / 1000).toFixed(2)
      end(member, 'Sandbox.Timedout', `Task timed out after ${seconds} seconds`)
    }, definition.timeout)
    member.worker.postMessage(call.message)
  }

  function start(): void {
    const member: Member = { worker: thread(options), call: undefined, ready: false, timer: undefined }
    members.add(member)
    const { worker } = member
    worker.stdout.setEncoding('utf8').on('data', options.output)
    worker.stderr.setEncoding('utf8').on('data', options.output)
    worker.on('message', (message: ResultMessage | ReadyMessage) => receive(member, message))
    worker.on('error', (error: Error & { code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        end(member, 'Runtime.OutOfMemory', `the function needed more than ${definition.memoryMegabytes} MB`)
      else end(member, error.name || 'Error', error.message, error.stack?.split('\n'))
    })
    worker.on('exit', (code) =>
      end(member, 'Runtime.ExitError', `Runtime exited without providing a reason (exit code ${code})`),
    )
    member.timer = setTimeout(
      () => end(member, 'Sandbox.Timedout', 'the code of the function took too long to load'),
      loadTimeout,
    )
  }

  function receive(member: Member, message: ResultMessage | ReadyMessage): void {
    if ('ready' in message) {
      clearTimeout(member.timer)
      if (message.error)
        return end(member, message.error.errorType, message.error.errorMessage, message.error.trace)
      member.ready = true
    } else {
      const { call } = member
      if (!call || call.message.id !== message.id) return
      clearTimeout(member.timer)
      member.call = undefined
      call.done(answer(message))
    }
    dispatch()
    if (!member.call) {
      member.timer = setTimeout(() => end(member, 'Runtime.Idle', ''), options.idle)
      member.timer.unref()
    }
  }

  /** Takes the member out and answers the call it had; one that never came to load also answers who waited for it. */
  function end(member: Member, errorType: string, errorMessage: string, trace: string[] = []): void {
    if (!members.delete(member)) return
    clearTimeout(member.timer)
    void member.worker.terminate()
    const failed = member.call
      ? [member.call]
      : member.ready
        ? []
        : waiting.splice(0, members.size === 0 ? Infinity : 0)
    for (const call of failed)
      call.done(
        answer({
          id: call.message.id,
          error: { errorType, errorMessage: `RequestId: ${call.message.id} Error: ${errorMessage}`, trace },
        }),
      )
    dispatch()
  }

  return {
    get workers() {
      return members.size
    },
    invoke: (id, event) =>
      new Promise((done) => {
        waiting.push({ message: { id, event, arn: definition.arn, timeout: definition.timeout }, done })
        dispatch()
      }),
    pause(value) {
      paused = value
      dispatch()
    },
    async stop() {
      stopped = true
      clearTimeout(scaling)
      await Promise.all(
        [...members].map((member) => {
          clearTimeout(member.timer)
          return member.worker.terminate()
        }),
      )
    },
  }
}

function thread(options: PoolOptions): Worker {
  const { definition } = options
  const data: WorkerData = {
    taskRoot: definition.code,
    handler: definition.handler,
    compileCache: options.compileCache,
    ...(options.time && { time: options.time }),
  }
  return new Worker(`(${bootstrap.toString()})()`, {
    eval: true,
    // Shown by top -H, which has room for 15 characters: without the name of the stack.
    name: definition.name.slice(definition.name.indexOf('-') + 1),
    workerData: data,
    // Only what the template and the runtime give: nothing of this process's own environment.
    env: options.environment,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: definition.memoryMegabytes,
      // Three times as much by default: measured, it costs 20 MB a worker and saves no time.
      maxYoungGenerationSizeMb: youngMegabytes,
    },
  })
}

function answer(message: ResultMessage): Invocation {
  if (message.error)
    return { requestId: message.id, payload: JSON.stringify(message.error), functionError: 'Unhandled' }
  const payload = message.payload ?? 'null'
  if (!isLarger(payload, largestPayload)) return { requestId: message.id, payload }
  const error = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestPayload} bytes).`,
    trace: [],
  }
  return { requestId: message.id, payload: JSON.stringify(error), functionError: 'Unhandled' }
}
