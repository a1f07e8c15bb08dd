/* All hosts: one thread for all functions, and processes of their own for those that ask for it. */
import type { SdkAnswerer } from '../endpoint.ts'
import type { FunctionDefinition } from '../resource/function.ts'
import type { LineOptions } from './line.ts'
import { openPool, type Call, type Pool, type PoolOptions } from './pool.ts'

export interface FleetOptions {
  clock: { now(): number }
  sdkUrl: string
  /** Answers what functions ask of `sdkUrl`. */
  answerSdk: SdkAnswerer
  /** Folder for compiled code. */
  compileCache: string
  time?: SharedArrayBuffer
  /** Messages that wait for functions: requests slow down while there are many. */
  backlog?: () => number
  /** Called with whole lines of output. */
  log: (name: string, lines: string[]) => void
}

export interface Fleet {
  invoke(call: Call): void
  pause(functionName: string, paused: boolean): void
  hosts(): Record<string, number>
  stop(): Promise<void>
}

/** Milliseconds after which an idle host ends. */
const idle = 300_000
/** The same for a host in which calls are repeated that another one was lost with. */
const aloneIdle = 5000
/** Calls at once in the shared host. Measured at 32 clients: 24 give 301 leads a second, 32 and 40 give 327. */
const places = 40
/** Of one function, where its template reserves none. */
const callsOfFunction = 32
const api = { most: 8, mostBehind: 5, least: 2 }
/** Messages from which on what follows from stored work is behind: four batches. */
const longBacklog = 40
/** Processes of one function. */
const processes = 4
/** Of the shared host: what the largest of its functions may have, and as much as all of them need warm. */
const leastMegabytes = 256
/** For what is said by no function. */
const hostName = 'host'

export function openFleet(definitions: FunctionDefinition[], options: FleetOptions): Fleet {
  const log = lineLog(options.log)
  const pools = new Map<string, Pool>()
  const shared = definitions.filter(({ isolation }) => isolation === 'host')
  const all: [string, Pool][] = []
  if (shared.length > 0) {
    const host = hostOptions(shared, options, log)
    const bounds = new Map(shared.map(({ name, concurrency = callsOfFunction }) => [name, concurrency]))
    const alone = openPool({
      host,
      line: unbounded,
      callsPerHost: 1,
      maximumHosts: 1,
      idle: aloneIdle,
    })
    const pool = openPool({
      host,
      line: {
        places,
        api,
        bound: (name) => bounds.get(name)!,
        isBehind: () => (options.backlog?.() ?? 0) > longBacklog,
      },
      callsPerHost: Infinity,
      maximumHosts: 1,
      idle,
      alone,
    })
    all.push(['threads', pool], ['alone', alone])
    for (const { name } of shared) pools.set(name, pool)
  }
  for (const definition of definitions) {
    if (definition.isolation !== 'process') continue
    const most = Math.min(processes, definition.concurrency ?? processes)
    const pool = openPool({
      host: processOptions(definition, options, log),
      line: { ...unbounded, places: most },
      callsPerHost: 1,
      maximumHosts: most,
      idle,
    })
    all.push([definition.name, pool])
    pools.set(definition.name, pool)
  }

  return {
    invoke: (call) => pools.get(call.function)!.invoke(call),
    pause: (name, paused) => pools.get(name)!.pause(name, paused),
    hosts: () => Object.fromEntries(all.map(([name, pool]) => [name, pool.hosts])),
    async stop() {
      await Promise.all(all.map(([, pool]) => pool.stop()))
    },
  }
}

const unbounded: LineOptions = {
  places: Infinity,
  api: { most: Infinity, mostBehind: Infinity, least: 0 },
  bound: () => Infinity,
  isBehind: () => false,
}

type Log = (functionName: string | undefined, text: string) => void

function hostOptions(shared: FunctionDefinition[], options: FleetOptions, log: Log): PoolOptions['host'] {
  return {
    place: 'thread',
    start: {
      functions: shared.map(hostFunction),
      sdkUrl: options.sdkUrl,
      ...(options.time && { time: options.time }),
    },
    environment: {},
    megabytes: Math.max(leastMegabytes, ...shared.map(({ memoryMegabytes }) => memoryMegabytes)),
    compileCache: options.compileCache,
    answerSdk: options.answerSdk,
    output: log,
  }
}

function processOptions(
  definition: FunctionDefinition,
  options: FleetOptions,
  log: Log,
): PoolOptions['host'] {
  return {
    place: 'process',
    start: { functions: [hostFunction(definition)], isVirtual: options.time !== undefined },
    environment: definition.environment,
    megabytes: definition.memoryMegabytes,
    compileCache: options.compileCache,
    answerSdk: options.answerSdk,
    output: (name, text) => log(name ?? definition.name, text),
    ...(options.time && { now: () => options.clock.now() }),
  }
}

const hostFunction = ({ name, arn, code, handler, environment }: FunctionDefinition) => ({
  name,
  arn,
  taskRoot: code,
  handler,
  environment,
})

/** Makes whole lines of pieces, for each function on its own. */
function lineLog(log: FleetOptions['log']): Log {
  const rests = new Map<string, string>()
  return (name = hostName, text) => {
    const lines = ((rests.get(name) ?? '') + text).split('\n')
    rests.set(name, lines.pop()!)
    if (lines.length > 0) log(name, lines)
  }
}
