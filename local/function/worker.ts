/**
 * What runs inside a worker thread before and around a Lambda function's own code.
 *
 * The text of `bootstrap` is what the thread is started with (a module would have to be found, loaded and stripped
 * of its types: 20 ms more for each cold start), so it may use nothing from outside its own body.
 */

export interface WorkerData {
  taskRoot: string
  handler: string
  compileCache: string
  /** Virtual milliseconds since the epoch in one 64-bit integer; absent with the real clock. */
  time?: SharedArrayBuffer
}

export interface InvocationMessage {
  id: string
  event: string
  arn: string
  /** Milliseconds that the invocation may take from now on. */
  timeout: number
}

export interface ResultMessage {
  id: string
  /** What the handler returned, as JSON. */
  payload?: string
  error?: { errorType: string; errorMessage: string; trace: string[] }
}

/** Sent once, when the function's code is loaded or cannot be. */
export interface ReadyMessage {
  ready: true
  error?: ResultMessage['error']
}

export function bootstrap(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs')
  const path = process.getBuiltinModule('node:path')
  const nodeModule = process.getBuiltinModule('node:module')
  const { pathToFileURL } = process.getBuiltinModule('node:url')
  const port = parentPort!
  const data = workerData as WorkerData
  type Handler = (event: unknown, context: unknown) => unknown

  /** `new Date()` and `Date.now()` read the virtual clock; timers and `performance` stay real. */
  function patchDate(time: SharedArrayBuffer): void {
    const RealDate = Date
    const cell = new BigInt64Array(time)
    const now = () => Number(Atomics.load(cell, 0))
    function VirtualDate(...args: unknown[]): unknown {
      if (!new.target) return new RealDate(now()).toString()
      return Reflect.construct(RealDate, args.length ? args : [now()], new.target)
    }
    Object.defineProperty(VirtualDate, 'name', { value: 'Date' })
    VirtualDate.prototype = RealDate.prototype
    Object.assign(VirtualDate, { now, parse: RealDate.parse, UTC: RealDate.UTC })
    Object.defineProperty(RealDate.prototype, 'constructor', {
      value: VirtualDate,
      configurable: true,
      writable: true,
    })
    globalThis.Date = VirtualDate as unknown as DateConstructor
  }

  function describe(error: unknown): NonNullable<ResultMessage['error']> {
    if (!(error instanceof Error) && !(error && typeof error === 'object' && 'message' in error))
      return { errorType: typeof error, errorMessage: String(error), trace: [] }
    const { name, message, stack } = error as Error
    return {
      errorType: name || 'Error',
      errorMessage: String(message),
      trace: String(stack ?? '').split('\n'),
    }
  }

  function fault(type: string, message: string): Error {
    const error = new Error(message)
    error.name = type
    return error
  }

  async function load(): Promise<Handler> {
    // `index.handler`, `dir/index.handler` or `index.nested.handler`.
    const base = path.basename(data.handler)
    const [file, ...names] = base.split('.')
    const stem = path.resolve(data.taskRoot, data.handler.slice(0, data.handler.length - base.length), file!)
    const found = ['.js', '.mjs', '.cjs']
      .map((extension) => stem + extension)
      .find((name) => existsSync(name))
    if (!found) throw fault('Runtime.ImportModuleError', `Cannot find module '${file}' in ${data.taskRoot}`)
    const packageFile = path.join(data.taskRoot, 'package.json')
    const isModule =
      found.endsWith('.mjs') ||
      (found.endsWith('.js') &&
        existsSync(packageFile) &&
        (JSON.parse(readFileSync(packageFile, 'utf8')) as { type?: string }).type === 'module')
    let exported: unknown
    if (isModule) exported = await import(pathToFileURL(found).href)
    else {
      // On AWS nothing lies above the task root; here a package.json above it could make a module of every .js file.
      const internals = nodeModule as unknown as {
        _extensions: Record<string, (target: never, name: string) => void>
      }
      internals._extensions['.js'] = (target: { _compile(code: string, name: string): void }, name) =>
        target._compile(readFileSync(name, 'utf8'), name)
      exported = nodeModule.createRequire(found)(found)
    }
    let handler = exported
    for (const name of names) handler = (handler as Record<string, unknown> | undefined)?.[name]
    if (typeof handler !== 'function')
      throw fault('Runtime.HandlerNotFound', `${data.handler} is undefined or not exported`)
    if (handler.length > 2)
      throw fault(
        'Runtime.CallbackHandlerDeprecated',
        'Node 24 functions return a promise, they take no callback',
      )
    return handler as Handler
  }

  async function invoke(handler: Handler, message: InvocationMessage): Promise<ResultMessage> {
    const deadline = performance.now() + message.timeout
    const name = process.env.AWS_LAMBDA_FUNCTION_NAME
    const context = {
      awsRequestId: message.id,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: message.arn,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    }
    try {
      const value = await handler(JSON.parse(message.event), context)
      return { id: message.id, payload: value === undefined ? 'null' : (JSON.stringify(value) ?? 'null') }
    } catch (error) {
      return { id: message.id, error: describe(error) }
    }
  }

  nodeModule.enableCompileCache(data.compileCache)
  if (data.time) patchDate(data.time)
  let isFirst = true
  load().then(
    (handler) => {
      port.on('message', (message: InvocationMessage) => {
        void invoke(handler, message).then((result) => {
          port.postMessage(result)
          // A thread that is terminated writes nothing back, so the cache is written after the first work is done.
          if (isFirst) setImmediate(() => nodeModule.flushCompileCache())
          isFirst = false
        })
      })
      port.postMessage({ ready: true } satisfies ReadyMessage)
    },
    (error: unknown) => port.postMessage({ ready: true, error: describe(error) } satisfies ReadyMessage),
  )
}
