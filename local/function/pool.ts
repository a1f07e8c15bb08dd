/*
 * The hosts of a group of functions, and the calls they are given.
 *
 * Problem: a host that a function has spoiled (see host.ts) must be replaced without harm to the others, whose calls may
 * be half done.
 * Representation: one host that takes calls, beside it those that end with the calls they have. All functions share the
 * hosts of one pool, with many calls at once; a function in processes of its own has a pool whose hosts take one each.
 * Invariant: a call is answered exactly once. What a lost host had not begun goes to the next one. What it had begun is
 * repeated, where its source delivers at least once: alone in a host beside, so that the second loss names its author
 * and clears the rest. Whoever waits for an answer (API, SDK) is told of the failure and decides himself.
 * Rejected: an isolate for each function (measured: seven isolates cost 7 ms of processor a lead and 300 MB), calls of
 * innocents counted as failed attempts (a looping form would push e-mails into their dead-letter queue).
 */
import { isLarger, largestPayload } from '../payload-size.ts'
import { ofRequest, openHost, type Host, type HostOptions, type Lost, type Task } from './host.ts'
import { openLine, type LineOptions, type Waiting } from './line.ts'
import type { Failure } from './runtime/message.ts'

export interface Invocation {
  requestId: string
  /** JSON: what the handler returned, or `{errorType, errorMessage, trace}`. */
  payload: string
  /** Set when the function failed, as in the header X-Amz-Function-Error. */
  functionError?: 'Unhandled'
}

export interface Call extends Task, Waiting {
  done: (invocation: Invocation) => void
}

export interface Pool {
  invoke(call: Call): void
  /** While paused, calls of the function wait. */
  pause(functionName: string, paused: boolean): void
  /** Hosts that run. */
  readonly hosts: number
  stop(): Promise<void>
}

export interface PoolOptions {
  host: Omit<HostOptions<Call>, 'done' | 'worn' | 'retired' | 'ended'>
  line: LineOptions
  /** Calls at once in one host. */
  callsPerHost: number
  maximumHosts: number
  /** Milliseconds without work after which a host ends. */
  idle: number
  /** Where calls are repeated that a host was lost with; without it they fail with it. */
  alone?: Pick<Pool, 'invoke'>
}

interface Member {
  host: Host<Call>
  idle: NodeJS.Timeout | undefined
}

/** A call that has waited this long is worth a further host. */
const patience = 30
/**
 * Milliseconds between two replacements because of calls that waited too long. A machine that is too slow has many of
 * them, and to load everything again and again would make it slower still.
 */
const wornInterval = 30_000

export function openPool(options: PoolOptions): Pool {
  const line = openLine<Call>(options.line)
  const members = new Set<Member>()
  let scaling: NodeJS.Timeout | undefined
  let replacing: NodeJS.Timeout | undefined
  let lastWorn = -Infinity
  let stopped = false

  function dispatch(): void {
    while (!stopped) {
      const call = line.take()
      if (!call) return
      const member = freeMember()
      if (!member) {
        line.release(call)
        line.putBack(call)
        return
      }
      clearTimeout(member.idle)
      member.host.give(call)
    }
  }

  /** A host with room; starts the first at once, a further one when calls have waited. */
  function freeMember(): Member | undefined {
    const open = [...members].filter(({ host }) => !host.isRetired)
    const free = open.find(({ host }) => host.running < options.callsPerHost)
    if (free) return free
    if (open.length === 0) return start()
    if (open.length < options.maximumHosts)
      scaling ??= setTimeout(() => {
        scaling = undefined
        if (line.length > 0 && !stopped) start()
        dispatch()
      }, patience)
    return undefined
  }

  function start(): Member {
    const member: Member = {
      idle: undefined,
      host: openHost<Call>({
        ...options.host,
        done(call, result) {
          release(call, 'error' in result ? failed(call, result.error) : answered(call, result.payload))
          if (member.host.running === 0 && !member.host.isRetired) {
            member.idle = setTimeout(() => member.host.retire(), options.idle)
            member.idle.unref()
          }
        },
        worn: () => replaceWorn(member),
        retired: () => clearTimeout(member.idle),
        ended(lost, failure) {
          if (lost.length > 0) tell(lost, failure)
          members.delete(member)
          clearTimeout(member.idle)
          for (const one of lost.toReversed()) giveBack(one, failure)
          dispatch()
        },
      }),
    }
    members.add(member)
    return member
  }

  /** Whoever waits for nothing else is ended at once; a shared host no more often than it can bear. */
  function replaceWorn(member: Member): void {
    const due = lastWorn + wornInterval
    const now = performance.now()
    if (options.callsPerHost > 1 && now < due) {
      replacing ??= setTimeout(() => {
        replacing = undefined
        replaceWorn(member)
      }, due - now)
      replacing.unref()
      return
    }
    lastWorn = now
    member.host.retire()
  }

  function tell(lost: Lost<Call>[], { errorType, errorMessage }: Failure): void {
    const names = lost.filter(({ hasBegun }) => hasBegun).map(({ task }) => task.function)
    const text = `${errorType}: ${errorMessage}; ended with it: ${names.join(', ') || 'no call that had begun'}`
    options.host.output(undefined, `${text}\n`)
  }

  function release(call: Call, invocation: Invocation): void {
    line.release(call)
    call.done(invocation)
    dispatch()
  }

  function giveBack({ task: call, hasBegun, isAuthor }: Lost<Call>, failure: Failure): void {
    if (!hasBegun) {
      line.release(call)
      line.putBack(call)
    } else if (isAuthor) release(call, failed(call, ofRequest(call, failure)))
    else if (options.alone && call.source !== 'api' && call.source !== 'sdk')
      options.alone.invoke({ ...call, done: (invocation) => release(call, invocation) })
    else release(call, failed(call, ofRequest(call, lostWithOthers(failure))))
  }

  return {
    get hosts() {
      return members.size
    },
    invoke(call) {
      line.add(call)
      dispatch()
    },
    pause(name, paused) {
      line.pause(name, paused)
      dispatch()
    },
    async stop() {
      stopped = true
      clearTimeout(scaling)
      clearTimeout(replacing)
      await Promise.all(
        [...members].map((member) => {
          clearTimeout(member.idle)
          return member.host.stop()
        }),
      )
    },
  }
}

/** As Lambda says it of a failure that is not the function's; `Retry` of state machines names it. */
const lostWithOthers = ({ errorType, errorMessage }: Failure): Failure => ({
  errorType: 'Lambda.ServiceException',
  errorMessage: `the host of the function ended, by this call or another (${errorType}: ${errorMessage})`,
  trace: [],
})

function failed(call: Call, failure: Failure): Invocation {
  return { requestId: call.id, payload: JSON.stringify(failure), functionError: 'Unhandled' }
}

function answered(call: Call, payload: string): Invocation {
  if (!isLarger(payload, largestPayload)) return { requestId: call.id, payload }
  return failed(call, {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestPayload} bytes).`,
    trace: [],
  })
}
