/* Lambda: invokes functions at once or later, and answers the SDK's Invoke. */
import { randomUUID } from 'node:crypto'
import type { Activity } from '../clock/activity.ts'
import type { Clock } from '../clock/clock.ts'
import { openDurable, type DurableFile } from '../durable.ts'
import { decode } from '../http/route.ts'
import { orderedUuid } from '../ordered-uuid.ts'
import { isLarger, largestPayload } from '../payload-size.ts'
import type { FunctionDefinition } from '../resource/function.ts'
import { account } from '../resource/model.ts'
import { openFleet, type FleetOptions } from './fleet.ts'
import type { Source } from './line.ts'
import type { Invocation } from './pool.ts'

export interface Functions {
  /** Invokes and waits for the answer; a failure of the function is part of it. Who calls decides how urgent it is. */
  invoke(nameOrArn: string, event: string, source: Source): Promise<Invocation>
  /**
   * Stores the event in the transaction of this turn; once that is committed it is invoked, repeated, and in the end
   * handed to its failure destination. Throws before anything is written.
   */
  later(nameOrArn: string, event: string): void
  /** The same; resolves when the event is stored. */
  invokeLater(nameOrArn: string, event: string): Promise<void>
  /** True when there is such a function. */
  has(nameOrArn: string): boolean
  /** The REST call `POST /2015-03-31/functions/<name>/invocations`. */
  handleInvoke(
    path: string,
    headers: Record<string, string | string[] | undefined>,
    body: string,
  ): Promise<InvokeAnswer>
  pause(nameOrArn: string, paused: boolean): void
  /** Hosts that run: threads for all functions, and processes by the function that has them. */
  hosts(): Record<string, number>
  /** Takes up what a former process did not finish. */
  resume(): void
  stop(): Promise<void>
}

export interface InvokeAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface FunctionOptions extends FleetOptions {
  file: DurableFile
  definitions: FunctionDefinition[]
  clock: Clock
  activity: Activity
  region: string
  /** What the function of that name signs its requests to AWS with. */
  credentialsOf: (functionName: string) => { accessKeyId: string; secretAccessKey: string }
  /** Called after each invocation: it may have written something that others wait for. */
  invoked: (name: string, invocation: Invocation) => void
  /** Gives an event that failed for good to a queue or a bucket. */
  send: (arn: string, body: string) => Promise<void>
}

/** AWS waits one minute before the first repetition of an asynchronous invocation and two before the second. */
const retryDelays = [60_000, 120_000]
/** What an asynchronous invocation takes, in bytes. */
const largestLater = 1024 * 1024

interface LaterRow {
  id: string
  function: string
  event: string
  attempt: number
  created: number
  due: number
}

export function openFunctions(options: FunctionOptions): Functions {
  const durable = openDurable(options.file)
  durable.db.exec(`CREATE TABLE IF NOT EXISTS later_invocation (
    id TEXT PRIMARY KEY, function TEXT NOT NULL, event TEXT NOT NULL,
    attempt INTEGER NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL)`)
  const insertLater = durable.db.prepare('INSERT INTO later_invocation VALUES (?, ?, ?, ?, ?, ?)')
  const moveLater = durable.db.prepare('UPDATE later_invocation SET attempt = ?, due = ? WHERE id = ?')
  const deleteLater = durable.db.prepare('DELETE FROM later_invocation WHERE id = ?')
  const cell = options.time && new BigInt64Array(options.time)
  const byName = new Map<string, FunctionDefinition>()
  let stopped = false
  for (const definition of options.definitions)
    byName.set(definition.name, definition).set(definition.arn, definition)
  const fleet = openFleet(
    options.definitions.map((definition) => ({
      ...definition,
      environment: environmentOf(definition, options),
    })),
    options,
  )

  function find(nameOrArn: string) {
    const definition = byName.get(nameOrArn.replace(/:\$LATEST$/, ''))
    if (!definition) throw new Error(`There is no function ${nameOrArn}`)
    return definition
  }

  async function invoke(
    nameOrArn: string,
    event: string,
    source: Source,
    id: string = randomUUID(),
  ): Promise<Invocation> {
    const { name, timeout } = find(nameOrArn)
    if (cell) Atomics.store(cell, 0, BigInt(Math.floor(options.clock.now())))
    const invocation = await options.activity.run(
      () =>
        new Promise<Invocation>((done) => fleet.invoke({ function: name, id, event, source, timeout, done })),
    )
    options.invoked(name, invocation)
    return invocation
  }

  async function runLater(row: LaterRow): Promise<void> {
    if (!byName.has(row.function)) return
    const definition = find(row.function)
    const result = await invoke(row.function, row.event, 'later', row.id)
    const { retries, maximumAge } = definition.later
    if (result.functionError) {
      const due = options.clock.now() + (retryDelays[row.attempt] ?? retryDelays.at(-1)!)
      if (row.attempt < retries && due - row.created <= maximumAge) {
        durable.write(() => moveLater.run(row.attempt + 1, due, row.id))
        return schedule({ ...row, attempt: row.attempt + 1, due })
      }
      return await giveUp(row, definition, result)
    }
    durable.write(() => deleteLater.run(row.id))
  }

  /** Hands the event to its destinations, again each minute until they take it; the function has had its attempts. */
  async function giveUp(row: LaterRow, definition: FunctionDefinition, result: Invocation): Promise<void> {
    const { deadLetterArn, onFailureArn } = definition.later
    try {
      if (onFailureArn) await options.send(onFailureArn, failureRecord(definition, row, result))
      if (deadLetterArn) await options.send(deadLetterArn, row.event)
    } catch (error) {
      if (stopped) return
      options.log(row.function, [String(error)])
      options.clock.at(options.clock.now() + 60_000, () => {
        void options.activity.run(() => giveUp(row, definition, result))
      })
      return
    }
    durable.write(() => deleteLater.run(row.id))
  }

  function schedule(row: LaterRow): void {
    options.clock.at(row.due, () => {
      options.activity
        .run(() => runLater(row))
        .catch((error: unknown) => options.log(row.function, [String(error)]))
    })
  }

  function later(nameOrArn: string, event: string): void {
    const now = options.clock.now()
    const { name } = find(nameOrArn)
    const row = { id: orderedUuid(now), function: name, event, attempt: 0, created: now, due: now }
    durable.write(() => insertLater.run(row.id, name, event, 0, now, now))
    void options.activity.run(async () => {
      await durable.committed()
      if (!stopped) schedule(row)
    })
  }

  return {
    invoke,
    later,
    async invokeLater(nameOrArn, event) {
      later(nameOrArn, event)
      await durable.committed()
    },
    has: (nameOrArn) => byName.has(nameOrArn),
    async handleInvoke(path, headers, body): Promise<InvokeAnswer> {
      const name = decode(/^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1] ?? '')
      if (!byName.has(name))
        return {
          status: 404,
          headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
          body: JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }),
        }
      const type = headers['x-amz-invocation-type'] ?? 'RequestResponse'
      const most = type === 'Event' ? largestLater : largestPayload
      if (isLarger(body, most))
        return {
          status: 413,
          headers: { 'x-amzn-errortype': 'RequestTooLargeException' },
          body: JSON.stringify({ Type: 'User', message: `Request must be smaller than ${most} bytes` }),
        }
      if (type === 'DryRun') return { status: 204, headers: {}, body: '' }
      if (type === 'Event') {
        await this.invokeLater(name, body || '{}')
        return { status: 202, headers: {}, body: '' }
      }
      const result = await invoke(name, body || '{}', 'sdk')
      return {
        status: 200,
        headers: {
          'x-amz-executed-version': '$LATEST',
          'x-amzn-requestid': result.requestId,
          ...(result.functionError && { 'x-amz-function-error': result.functionError }),
        },
        body: result.payload,
      }
    },
    pause: (nameOrArn, paused) => fleet.pause(find(nameOrArn).name, paused),
    hosts: () => fleet.hosts(),
    resume() {
      const rows = durable.db.prepare('SELECT * FROM later_invocation ORDER BY due').all()
      for (const row of rows) schedule(row as unknown as LaterRow)
    },
    async stop() {
      stopped = true
      await fleet.stop()
      durable.close()
    },
  }
}

/** The reserved variables of the Lambda runtime, and the SDK's way to this machine instead of AWS. */
function environmentOf(definition: FunctionDefinition, options: FunctionOptions): Record<string, string> {
  const { accessKeyId, secretAccessKey } = options.credentialsOf(definition.name)
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.code,
    _HANDLER: definition.handler,
    // No request may leave this machine: explicit addresses, no files with profiles, no metadata service.
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ACCOUNT_ID: account,
    AWS_ENDPOINT_URL: options.sdkUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...definition.environment,
  }
}

function failureRecord(definition: FunctionDefinition, row: LaterRow, result: Invocation): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(row.due).toISOString(),
    requestContext: {
      requestId: row.id,
      functionArn: `${definition.arn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: row.attempt + 1,
    },
    requestPayload: JSON.parse(row.event) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: result.functionError },
    responsePayload: JSON.parse(result.payload) as unknown,
  })
}
