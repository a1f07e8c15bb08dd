/*
 * A table engine that speaks DynamoDB's API, on SQLite.
 *
 * Problem: software for DynamoDB shall run on one machine with the real SDK, see what it would see on AWS (the same
 * answers, refusals, limits, capacity units, streams), and lose nothing that was acknowledged; hundreds of
 * transactions a second must leave the processor to those who ask for them.
 * Representation: each table is a table of SQLite with its items as JSON and one more for each index (item-store.ts);
 * requests are judged whole in JavaScript and then performed as plain inserts, updates and deletes. All that is
 * written in one turn of the event loop is one transaction, together with whatever else shares the file; an answer is
 * given when that is committed, also that of a read, which may have seen what another request just wrote.
 * Invariant: a request that is refused has changed nothing; one that is answered outlives kill -9, and a power cut with
 * all that came before it or not at all.
 * Requests are performed one after the other, so every one of them is isolated and no transaction conflicts.
 * Rejected: a database process beside (half of all time went into talking to it); one commit for each request
 * (thirteen times as many syncs).
 *
 * It knows the operations below; everything else that DynamoDB has is refused by name.
 */
import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { Capacity } from './capacity.ts'
import { invalid, TableFault } from './fault.ts'
import {
  flag,
  map,
  nameOfTable,
  optionalInteger,
  optionalText,
  readInput,
  requireWords,
  text,
  type Input,
} from './input.ts'
import { openItemStore, type Stored } from './item-store.ts'
import { batchGetItem, getItem, transactGetItems } from './read.ts'
import { query, scan } from './query.ts'
import { keyOfItem } from './key.ts'
import { describe, readSchema } from './schema.ts'
import { openStreams, type TableRecord, type TableStream } from './stream.ts'
import { notFound, type Context, type Guard, type Table } from './table.ts'
import { readItem, sizeOfItem, type Item } from './value.ts'
import { openTokens, transactWriteItems } from './transact.ts'
import { batchWriteItem, deleteItem, isIdle, putItem, recordOf, updateItem, type Change } from './write.ts'

/** A connection whose writes of one turn are one transaction. */
export interface CommitGroup {
  readonly db: DatabaseSync
  write<T>(work: () => T): T
  /** Resolves when everything written so far is committed, in order: a crash leaves a beginning of it. */
  committed(): Promise<void>
}

export interface TableOptions {
  group: CommitGroup
  /** Milliseconds since the epoch. */
  now: () => number
  /** Whether a table is protected against deletion, beside those whose own definition says so. */
  isProtected?: (table: string) => boolean
  /** Written into ARNs. */
  region: string
  /** Called for each request with what it takes, also when it is refused by a condition. */
  consumed?: (units: { table: string; read: number; write: number }[], operation: string) => void
}

export interface Reply {
  status: number
  /** JSON */
  body: string
}

export interface Tables {
  /**
   * Performs one operation; resolves when everything that the answer rests on is committed. Before it is told to
   * anybody whom a power cut spares, whoever owns the connection must have it on disk.
   * @param operation such as `PutItem`
   * @param input the request, as JSON.parse gives it; it must not be changed by others afterwards
   * @param guard keeps who asks within what is allowed to him; without it everything is
   */
  handle(operation: string, input: unknown, guard?: Guard): Promise<Reply>
  /** The request that made a table; nothing when there is none. Costs nothing, where DescribeTable counts all items. */
  definition(table: string): Readonly<Input> | undefined
  /** The changes of a table that has a stream. */
  stream(table: string): TableStream | undefined
  /** Fills an empty table with items that make no records, and with records that are still to be followed, under their numbers. */
  restore(table: string, content: { items: Iterable<Item>; records: Iterable<TableRecord> }): Promise<void>
  /** Deletes items whose time to live has passed; resolves with their number when that is committed. */
  sweep(): Promise<number>
}

/** Seconds: DynamoDB does not delete what should have gone more than five years ago. */
const oldestExpiry = 5 * 366 * 86_400
const mostExpiredAtOnce = 1000
const administrative = new Set([
  'CreateTable',
  'DescribeTable',
  'DeleteTable',
  'ListTables',
  'UpdateTimeToLive',
  'DescribeTimeToLive',
])

export function openTables(options: TableOptions): Tables {
  const { group, now } = options
  const { db } = group
  db.exec(`CREATE TABLE IF NOT EXISTS table_definition (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT UNIQUE NOT NULL, created INTEGER NOT NULL,
    definition TEXT NOT NULL, lifetime TEXT)`)
  const insertTable = db.prepare('INSERT INTO table_definition VALUES (?, ?, ?, ?, ?, NULL)')
  const removeTable = db.prepare('DELETE FROM table_definition WHERE number = ?')
  const changeLifetime = db.prepare('UPDATE table_definition SET lifetime = ? WHERE number = ?')
  const streams = openStreams(db, group)
  const tokens = openTokens(db)
  const tables = new Map<string, Table>()
  for (const row of db.prepare('SELECT * FROM table_definition').all()) {
    const table = open({
      number: Number(row.number),
      id: String(row.id),
      createdAt: Number(row.created),
      definition: JSON.parse(String(row.definition)) as Input,
    })
    setLifetime(table, row.lifetime === null ? undefined : String(row.lifetime), false)
  }

  function open(row: { number: number; id: string; createdAt: number; definition: Input }): Table {
    const schema = readSchema(row.definition)
    const table: Table = {
      number: row.number,
      id: row.id,
      createdAt: row.createdAt,
      schema,
      items: openItemStore(db, row.number, schema),
      stream: schema.streamView && streams.of(row.number),
      lifetime: undefined,
    }
    tables.set(schema.name, table)
    return table
  }

  function setLifetime(table: Table, attribute: string | undefined, again: boolean): void {
    table.lifetime = attribute
    table.items.expireBy(attribute, again)
  }

  function tableOf(name: string): Table {
    const table = tables.get(name)
    if (!table) throw notFound()
    return table
  }

  const perform = (changes: readonly Change[], isExpiry = false): void =>
    group.write(() => {
      for (const change of changes) if (!isIdle(change)) performOne(change, isExpiry)
    })

  function performOne(change: Change, isExpiry: boolean): void {
    const { table, key, before, after, size } = change
    const stored = after && table.items.put(key, after, size, before)
    if (!after) table.items.remove(key, before!)
    const view = table.schema.streamView
    if (!view) return
    const hasNew = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES'
    const hasOld = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES'
    const record = {
      event: eventOf(change),
      ...recordOf(change),
      newImage: hasNew ? after : undefined,
      oldImage: hasOld ? before?.item : undefined,
      createdAt: now(),
      isExpiry,
    }
    streams.append(table.number, record, {
      newImage: hasNew ? stored?.text : undefined,
      oldImage: hasOld ? before?.text : undefined,
    })
  }

  function createTable(input: Input): string {
    const schema = readSchema(input)
    if (tables.has(schema.name))
      throw new TableFault('ResourceInUseException', `Table already exists: ${schema.name}`)
    const row = {
      number: Number(db.prepare('SELECT MAX(number) AS last FROM table_definition').get()!.last ?? 0) + 1,
      id: randomUUID(),
      createdAt: now(),
      definition: input,
    }
    const table = group.write(() => {
      insertTable.run(row.number, row.id, schema.name, row.createdAt, JSON.stringify(input))
      return open(row)
    })
    return JSON.stringify({ TableDescription: description(table, 'CREATING') })
  }

  function description(table: Table, status: 'CREATING' | 'ACTIVE' | 'DELETING'): object {
    const { id, createdAt } = table
    const state = { id, createdAt, region: options.region, status, isProtected: isProtected(table) }
    return describe(table.schema, { ...state, ...table.items.count() })
  }

  const isProtected = ({ schema }: Table): boolean =>
    schema.create.DeletionProtectionEnabled === true || options.isProtected?.(schema.name) === true

  function namedTable(input: Input): Table {
    const name = nameOfTable(input)
    const table = tables.get(name)
    if (!table) throw notFound(`Requested resource not found: Table: ${name} not found`)
    return table
  }

  function deleteTable(input: Input): string {
    const table = namedTable(input)
    if (isProtected(table))
      throw invalid(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      )
    const told = description(table, 'DELETING')
    group.write(() => {
      removeTable.run(table.number)
      streams.drop(table.number)
      table.items.drop()
    })
    tables.delete(table.schema.name)
    return JSON.stringify({ TableDescription: told })
  }

  function listTables(input: Input): string {
    const limit = optionalInteger(input, 'Limit', 1, 100) ?? 100
    const after = optionalText(input, 'ExclusiveStartTableName') ?? ''
    const names = [...tables.keys()].sort().filter((name) => name > after)
    const page = names.slice(0, limit)
    return JSON.stringify({
      TableNames: page,
      ...(names.length > limit && { LastEvaluatedTableName: page.at(-1) }),
    })
  }

  function updateTimeToLive(input: Input): string {
    const table = namedTable(input)
    const given = map(input, 'TimeToLiveSpecification')
    const enabled = flag(given, 'Enabled')
    const attribute = text(given, 'AttributeName')
    if (enabled && table.lifetime !== undefined) throw invalid('TimeToLive is already enabled')
    if (!enabled && table.lifetime === undefined) throw invalid('TimeToLive is already disabled')
    const lifetime = enabled ? attribute : undefined
    group.write(() => {
      changeLifetime.run(lifetime ?? null, table.number)
      setLifetime(table, lifetime, true)
    })
    return JSON.stringify({ TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } })
  }

  function describeTimeToLive(input: Input): string {
    const { lifetime } = namedTable(input)
    return JSON.stringify({
      TimeToLiveDescription: {
        TimeToLiveStatus: lifetime === undefined ? 'DISABLED' : 'ENABLED',
        ...(lifetime !== undefined && { AttributeName: lifetime }),
      },
    })
  }

  const operations: Record<string, (input: Input, context: Context) => string> = {
    GetItem: getItem,
    BatchGetItem: batchGetItem,
    TransactGetItems: transactGetItems,
    Query: query,
    Scan: scan,
    PutItem: (input, context) => putItem(input, context, perform),
    UpdateItem: (input, context) => updateItem(input, context, perform),
    DeleteItem: (input, context) => deleteItem(input, context, perform),
    BatchWriteItem: (input, context) => batchWriteItem(input, context, perform),
    TransactWriteItems: (input, context) => transactWriteItems(input, context, { perform, tokens }),
    CreateTable: createTable,
    DescribeTable: (input) => JSON.stringify({ Table: description(namedTable(input), 'ACTIVE') }),
    DeleteTable: deleteTable,
    ListTables: listTables,
    UpdateTimeToLive: updateTimeToLive,
    DescribeTimeToLive: describeTimeToLive,
  }

  return {
    async handle(operation, input, guard) {
      const perform = Object.hasOwn(operations, operation) ? operations[operation]! : undefined
      const capacity = new Capacity()
      let reply: Reply
      try {
        if (!perform)
          throw new TableFault(
            'UnknownOperationException',
            `${operation} is not modelled; modelled are ${Object.keys(operations).join(', ')}`,
          )
        const request = readInput(input)
        requireWords(operation, request)
        // What is about no item has no keys to be asked about.
        if (administrative.has(operation))
          guard?.({
            action: operation,
            table: request.TableName === undefined ? undefined : nameOfTable(request),
            leadingKeys: [],
          })
        reply = { status: 200, body: perform(request, { table: tableOf, now, capacity, guard }) }
      } catch (error) {
        if (!(error instanceof TableFault)) throw error
        reply = { status: error.status, body: error.toJson() }
      }
      options.consumed?.(capacity.totals(), operation)
      await group.committed()
      return reply
    },
    definition: (name) => tables.get(name)?.schema.create,
    stream: (name) => tables.get(name)?.stream,
    async restore(name, { items, records }) {
      const { schema, items: store, number } = tableOf(name)
      // All of it is read before anything is written: what cannot be read must not leave half of it.
      const read = Array.from(items, (given) => {
        const item = readItem(given)
        return { key: keyOfItem(schema, item), item, size: sizeOfItem(item) }
      })
      const changes = [...records]
      group.write(() => {
        for (const { key, item, size } of read) store.put(key, item, size, undefined)
        for (const record of changes) streams.append(number, record)
      })
      await group.committed()
    },
    async sweep() {
      const seconds = Math.floor(now() / 1000)
      let deleted = 0
      for (const table of tables.values()) {
        if (table.lifetime === undefined) continue
        for (;;) {
          const expired = table.items.expired(seconds - oldestExpiry, seconds, mostExpiredAtOnce)
          perform(
            expired.map((stored) => expiryOf(table, stored)),
            true,
          )
          deleted += expired.length
          await group.committed()
          if (expired.length < mostExpiredAtOnce) break
        }
      }
      return deleted
    },
  }
}

const expiryOf = (table: Table, before: Stored): Change => ({
  table,
  key: keyOfItem(table.schema, before.item),
  keyItem: before.item,
  before,
  after: undefined,
  size: 0,
  isCheck: false,
  isRefused: false,
})

/** Of a change that is no check: something stands there before it, after it, or both. */
function eventOf({ before, after }: Change): 'INSERT' | 'MODIFY' | 'REMOVE' {
  if (!before) return 'INSERT'
  return after ? 'MODIFY' : 'REMOVE'
}
