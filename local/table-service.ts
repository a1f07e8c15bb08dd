/* DynamoDB in the embedded cloud: the tables of the template on the engine, counted, and broken on purpose for tests. */
import type { Clock } from './clock/clock.ts'
import type { Durable } from './durable.ts'
import type { Meter } from './meter.ts'
import type { TableDefinition } from './resource/table.ts'
import { openTables, type Reply, type Tables } from './table/engine.ts'
import { cancelled, TableFault } from './table/fault.ts'
import type { TableStream } from './table/stream.ts'
import type { Guard } from './table/table.ts'
import { Unmodelled } from './template/fault.ts'

export interface TableFaults {
  /** So many of the next requests are throttled. */
  throttleTable?: number
  /** Every request fails as if the service were down. */
  storeDown?: boolean
  /** So many of the next transactions lose against another one. */
  transactionConflict?: number
}

export interface TableService {
  /** @param guard of a function, whose role says what it may do; without it everything is allowed */
  handle(operation: string, input: object, guard?: Guard): Promise<Reply>
  fault(faults: TableFaults): void
  /** Makes the tables of the assembly that do not exist yet. @throws Unmodelled for one that is there in another form */
  prepare(tables: readonly TableDefinition[]): Promise<void>
  stream(table: string): TableStream | undefined
  restore: Tables['restore']
  sweep(): Promise<number>
}

export function openTableService(options: {
  durable: Durable
  clock: Clock
  region: string
  meter: () => Meter
}): TableService {
  const { durable, clock, region } = options
  /** Those of the assembly: what one request of any program would take away are all customers. */
  const own = new Set<string>()
  const tables = openTables({
    group: durable,
    now: () => clock.now(),
    region,
    isProtected: (name) => own.has(name),
    consumed: (units, operation) => options.meter().capacity(units, operation),
  })
  let faults: TableFaults = {}

  function broken(operation: string, input: object): TableFault | undefined {
    if (faults.storeDown)
      return new TableFault('InternalServerError', 'The store is down (fault injection)', {}, 500)
    if (faults.throttleTable) {
      faults.throttleTable--
      return new TableFault(
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded (fault injection)',
      )
    }
    if (faults.transactionConflict && operation === 'TransactWriteItems') {
      faults.transactionConflict--
      const { TransactItems = [] } = input as { TransactItems?: unknown[] }
      const reasons = TransactItems.map(() => ({ Code: 'TransactionConflict', Message: 'fault injection' }))
      return cancelled(reasons)
    }
    return undefined
  }

  async function call<T>(operation: string, input: object): Promise<T> {
    const { status, body } = await tables.handle(operation, input)
    if (status !== 200) throw new Error(`${operation}: ${body}`)
    return JSON.parse(body) as T
  }

  async function prepareOne(table: TableDefinition): Promise<void> {
    const { name, timeToLiveAttribute: attribute } = table
    own.add(name)
    const known = tables.definition(name)
    if (known) refuseChange(table, known as unknown as Definition)
    else await call('CreateTable', table.create)
    const { TimeToLiveDescription: now } = await call<Lifetime>('DescribeTimeToLive', { TableName: name })
    if (now.AttributeName === attribute) return
    const change = (Enabled: boolean, AttributeName: string) =>
      call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: { Enabled, AttributeName } })
    if (now.AttributeName !== undefined) await change(false, now.AttributeName)
    if (attribute !== undefined) await change(true, attribute)
  }

  return {
    async handle(operation, input, guard) {
      const fault = broken(operation, input)
      return fault
        ? { status: fault.status, body: fault.toJson() }
        : await tables.handle(operation, input, guard)
    },
    fault: (next) => void (faults = { ...faults, ...next }),
    async prepare(definitions) {
      for (const table of definitions) await prepareOne(table)
    },
    stream: (table) => tables.stream(table),
    restore: tables.restore,
    sweep: () => tables.sweep(),
  }
}

interface Lifetime {
  TimeToLiveDescription: { AttributeName?: string }
}

interface Definition {
  KeySchema: unknown
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[]
}

/** The stored table is kept over restarts; a different key or index cannot be laid over it. */
function refuseChange(table: TableDefinition, known: Definition): void {
  const stored = Object.fromEntries(
    (known.GlobalSecondaryIndexes ?? []).map((index) => [
      index.IndexName,
      { keySchema: index.KeySchema, projection: index.Projection },
    ]),
  )
  const names = new Set([...Object.keys(stored), ...Object.keys(table.indexes)])
  const changed = [...names].filter((name) => canonical(stored[name]) !== canonical(table.indexes[name]))
  if (canonical(known.KeySchema) !== canonical(table.create.KeySchema)) changed.unshift('the primary key')
  if (changed.length === 0) return
  throw new Unmodelled(
    `table ${table.name}`,
    `the assembly changes ${changed.join(', ')}, but the data folder holds the table as it was made. ` +
      'Keep the old definition, use another data folder (--data), or start anew with --fresh',
  )
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    entry && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([left], [right]) => (left < right ? -1 : 1)))
      : entry,
  )
}
