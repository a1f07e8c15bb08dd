/*
 * What runs inside a function host, a thread or a process of its own, around the functions' own code.
 *
 * Everything for the main thread is gathered, for a turn of the event loop at most, and a few at a time, and sent as one
 * message; only output goes at once, since a function that never comes back may have said why.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { patchDate } from './clock.ts'
import { loadHandler, writeCompiled, type Handler } from './load.ts'
import { gatheredAtOnce } from './message.ts'
import type { CallMessage, Failure, FromHost, HostStart, ResultMessage, ToHost } from './message.ts'
import { endWithParent } from './orphan.ts'
import { context, Exit, followCalls, openScope, type Running, type Scope } from './scope.ts'
import { openTransport, type Transport } from './transport.ts'

interface Loading {
  scope: Scope
  isLoaded: boolean
  /** What was compiled is written, after the first answer. */
  isKept: boolean
  handler: Promise<Handler>
}

type Outgoing = Required<Pick<FromHost, 'results' | 'requests'>>

/** Room for what is sent while no turn has ended. */
let outgoing: Outgoing | undefined
let gathered = 0
const loadings = new Map<string, Loading>()
const running = new Map<number, Running>()
const compileCache = process.env.NODE_COMPILE_CACHE!
let start: HostStart
let transport: Transport | undefined
let begun: Uint8Array | undefined
let time: BigInt64Array | undefined

const post: (message: FromHost) => void = parentPort
  ? (message) => parentPort!.postMessage(message)
  : (message) => void process.send!(message)

function send<K extends keyof Outgoing>(kind: K, entry: Outgoing[K][number]): void {
  if (!outgoing) setImmediate(flush)
  outgoing ??= { results: [], requests: [] }
  ;(outgoing[kind] as unknown[]).push(entry)
  gathered++
  if (gathered >= gatheredAtOnce) flush()
}

function flush(): void {
  const message = outgoing
  if (!message) return
  outgoing = undefined
  gathered = 0
  post(message)
}

function receive(message: ToHost): void {
  if (message.start) open(message.start)
  for (const call of message.calls ?? []) begin(call)
  for (const { number, ...answer } of message.answers ?? []) transport?.answer(number, answer)
  for (const number of message.ended ?? []) {
    const ended = running.get(number)
    if (ended) ended.isEnded = true
  }
  if (message.ping) post({ pong: true })
}

function open(options: HostStart): void {
  start = options
  if (options.begun) begun = new Uint8Array(options.begun)
  const cell = options.time ?? (options.isVirtual ? new SharedArrayBuffer(8) : undefined)
  if (cell) {
    time = new BigInt64Array(cell)
    patchDate(cell)
  }
  if (options.sdkUrl !== undefined)
    transport = openTransport(options.sdkUrl, (number, request) => {
      // What a call that is over still asks for is not done.
      if (context.getStore()?.isEnded) return false
      send('requests', { number, ...request })
      return true
    })
}

function begin(call: CallMessage): void {
  if (time && call.now !== undefined) Atomics.store(time, 0, BigInt(call.now))
  let loading = loadings.get(call.function)
  if (!loading) {
    // Loading is the function's own code as well.
    markBegun(call, true)
    loading = load(call.function)
    if (loading.isLoaded) markBegun(call, false)
  }
  const { scope, handler: loaded } = loading
  const own: Running = {
    scope,
    isEnded: false,
    fail(error) {
      if (running.has(call.number)) finish({ number: call.number, error, isFatal: true })
      else if (!own.isEnded) post({ broken: error })
    },
  }
  running.set(call.number, own)
  const finish = (result: ResultMessage) => {
    if (own.isEnded) return
    own.isEnded = result.isFatal ?? false
    if (!running.delete(call.number)) return
    send('results', result)
    if (loading.isKept) return
    loading.isKept = true
    setImmediate(() => writeCompiled(call.function))
  }
  void context
    .run(own, async () => {
      const handler = await loaded
      markBegun(call, true)
      return await invoke(handler, call, scope)
    })
    .then(finish, (error: unknown) => {
      if (!(error instanceof Exit)) finish({ number: call.number, error: describe(error) })
    })
}

function markBegun({ number }: CallMessage, hasBegun: boolean): void {
  if (begun) begun[number % begun.length] = Number(hasBegun)
}

function load(name: string): Loading {
  const definition = start.functions.find((one) => one.name === name)!
  const scope = openScope(definition, (functionName, text) =>
    post({ output: { function: functionName, text } }),
  )
  const exited = Promise.withResolvers<never>()
  exited.promise.catch(() => undefined)
  const own: Running = {
    scope,
    isEnded: false,
    fail(failure) {
      own.isEnded = true
      exited.reject(Object.assign(new Error(failure.errorMessage), { name: failure.errorType }))
      if (loading.isLoaded) post({ broken: failure })
    },
  }
  const loading: Loading = { scope, isLoaded: false, isKept: false, handler: exited.promise }
  const loaded = context.run(own, () => {
    try {
      const handler = loadHandler(scope, compileCache)
      loading.isLoaded = typeof handler === 'function'
      return handler
    } catch (error) {
      return Promise.reject(error)
    }
  })
  loading.handler = Promise.race([exited.promise, loaded])
  loadings.set(name, loading)
  loading.handler.then(
    () => {
      loading.isLoaded = true
      // At once: what follows may never come back, and its time begins now.
      post({ loaded: name })
    },
    // The next call loads it anew.
    () => void loadings.delete(name),
  )
  return loading
}

async function invoke(handler: Handler, call: CallMessage, scope: Scope): Promise<ResultMessage> {
  const { env } = scope.process
  const deadline = performance.now() + call.timeout
  const value = await handler(JSON.parse(call.event), {
    awsRequestId: call.id,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: scope.function.arn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  })
  return { number: call.number, payload: value === undefined ? 'null' : (JSON.stringify(value) ?? 'null') }
}

function describe(error: unknown): Failure {
  if (!(error instanceof Error) && !(error && typeof error === 'object' && 'message' in error))
    return { errorType: typeof error, errorMessage: String(error), trace: [] }
  const { name, message, stack } = error as Error
  return {
    errorType: name || 'Error',
    errorMessage: String(message),
    trace: String(stack ?? '').split('\n'),
  }
}

/** An error that nobody catches ends the environment on AWS: it is the failure of the call in whose context it came. */
function uncaught(error: unknown): void {
  if (error instanceof Exit) return
  const owner = context.getStore()
  if (owner) owner.fail(describe(error))
  else post({ broken: describe(error) })
}

const exit = process.exit.bind(process)
process.on('uncaughtException', uncaught)
process.on('unhandledRejection', uncaught)
followCalls()
if (parentPort) {
  parentPort.on('message', receive)
  receive({ start: workerData as HostStart })
} else {
  process.on('message', receive)
  process.on('disconnect', () => exit())
  endWithParent()
}
