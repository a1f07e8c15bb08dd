/*
 * One function host: a thread, or a process of its own, that runs calls of many functions at once.
 *
 * Problem: a call must be answered exactly once, also when its function loops, leaks, throws outside of its promise or
 * exits; and what one of them does must cost the others as little as it can.
 * Representation: the calls in hand by number. A call whose time is over makes the host prove that its loop turns: if it
 * does, the call alone is answered and the host is to be replaced (it takes no more and ends with its last call); if not, it is
 * ended at once.
 * Invariant: of an ended host each call in hand is given back, with whether it had begun.
 * Rejected: interrupting a loop within the thread (nothing can but the end of the thread).
 */
import type { SdkAnswerer } from '../endpoint.ts'
import { begunSize, gatheredAtOnce, type Failure, type FromHost, type ToHost } from './runtime/message.ts'
import { openProcess, openThread, type PlaceOptions } from './place.ts'

export interface Task {
  /** Of the invocation. */
  id: string
  function: string
  event: string
  /** Milliseconds. */
  timeout: number
}

export interface HostOptions<T extends Task> extends Omit<PlaceOptions, 'begun'> {
  place: 'thread' | 'process'
  answerSdk: SdkAnswerer
  now?: () => number
  output: (functionName: string | undefined, text: string) => void
  /** The host has answered a call. */
  done: (task: T, result: { payload: string } | { error: Failure }) => void
  /** Calls were answered for it while they waited: what is left of them is best ended with it. */
  worn: () => void
  retired: () => void
  /** It has ended: with the calls that it had, and why. */
  ended: (lost: Lost<T>[], failure: Failure) => void
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

type Outgoing = Required<Pick<ToHost, 'calls' | 'answers' | 'ended'>>

interface Held<T> {
  task: T
  number: number
  timer: NodeJS.Timeout
}

/** On AWS a function has ten seconds to load its code. */
const loadTimeout = 10_000
/** Milliseconds without a turn of its loop after which a host is taken to be blocked. */
const pingPatience = 2000
let lastNumber = 0

export function openHost<T extends Task>(options: HostOptions<T>): Host<T> {
  const held = new Map<number, Held<T>>()
  const loaded = new Set<string>()
  const begun = new Uint8Array(new SharedArrayBuffer(begunSize))
  let outgoing: Outgoing | undefined
  let gathered = 0
  let isRetired = false
  let isEnded = false
  let pinging: { timer: NodeJS.Timeout; late: Held<T>[] } | undefined

  const open = options.place === 'thread' ? openThread : openProcess
  const place = open(
    { ...options, begun: begun.buffer },
    {
      message: receive,
      output: (text) => options.output(undefined, text),
      lost: (failure) => end(failure),
    },
  )

  /** Gathers what goes out in one turn; a few at a time, so that the host begins with the first while the rest is made. */
  function send<K extends keyof Outgoing>(kind: K, entry: Outgoing[K][number]): void {
    if (!outgoing) setImmediate(flush)
    outgoing ??= { calls: [], answers: [], ended: [] }
    ;(outgoing[kind] as unknown[]).push(entry)
    gathered++
    if (gathered >= gatheredAtOnce) flush()
  }

  function flush(): void {
    if (outgoing && !isEnded) place.post(outgoing)
    outgoing = undefined
    gathered = 0
  }

  function receive(message: FromHost): void {
    if (isEnded) return
    if (message.loaded !== undefined) {
      loaded.add(message.loaded)
      // The time of a call begins when its code is there.
      for (const one of held.values()) if (one.task.function === message.loaded) restart(one)
    }
    for (const { number, payload, error, isFatal } of message.results ?? []) {
      const one = held.get(number)
      if (one && error) answer(one, { error: isFatal ? ofRequest(one.task, error) : error })
      else if (one) answer(one, { payload: payload ?? 'null' })
      if (isFatal) retire()
    }
    for (const { number, ...request } of message.requests ?? [])
      void options.answerSdk(request).then((reply) => {
        if (!isEnded) send('answers', { number, ...reply })
      })
    if (message.output) options.output(message.output.function, message.output.text)
    if (message.broken) {
      const { errorType, errorMessage, trace } = message.broken
      options.output(undefined, `${trace.join('\n') || `${errorType}: ${errorMessage}`}\n`)
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
    place.post({ ping: true })
  }

  /** The loop turns: what is late waits for something, and all else may go on. */
  function timeOut(): void {
    if (!pinging) return
    clearTimeout(pinging.timer)
    const late = pinging.late.filter((one) => held.has(one.number))
    pinging = undefined
    for (const one of late) {
      send('ended', one.number)
      answer(one, { error: ofRequest(one.task, timedOut(one)) })
    }
    if (late.length > 0) options.worn()
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
    void place.end()
    const count = all.filter(hasBegun).length
    options.ended(
      // A host that began nothing is lost by its start: the next one would be as well.
      all.map((one) => ({ task: one.task, hasBegun: count === 0 || hasBegun(one), isAuthor: count < 2 })),
      failure,
    )
  }

  /** A call that takes long still has its byte when the numbers have gone round. */
  function nextNumber(): number {
    const [oldest] = held.keys()
    do lastNumber++
    while (oldest !== undefined && lastNumber - oldest >= begunSize && isTaken(lastNumber % begunSize))
    return lastNumber
  }

  const isTaken = (byte: number): boolean => {
    for (const number of held.keys()) if (number % begunSize === byte) return true
    return false
  }

  function hasBegun({ number }: Held<T>): boolean {
    return options.place === 'process' || begun[number % begunSize] === 1
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
      const number = nextNumber()
      const one = { task, number, timer: setTimeout(() => undefined, 0) }
      held.set(number, one)
      begun[number % begunSize] = 0
      restart(one)
      const { id, event, timeout } = task
      const now = options.now && { now: Math.floor(options.now()) }
      send('calls', { number, id, event, timeout, function: task.function, ...now })
    },
    async stop() {
      isEnded = isRetired = true
      clearTimeout(pinging?.timer)
      for (const { timer } of held.values()) clearTimeout(timer)
      await place.end()
    },
  }
}

/** As Lambda reports what ended an environment. */
export const ofRequest = ({ id }: Task, failure: Failure): Failure => ({
  ...failure,
  errorMessage: `RequestId: ${id} Error: ${failure.errorMessage}`,
})
