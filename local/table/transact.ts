/*
 * TransactWriteItems: all of it or nothing, and with a token once, however often it is sent.
 *
 * A token and what was asked with it are stored in the transaction's own commit, so that a repetition after a crash
 * meets it. They lie in two tables that take turns, each emptied whole when all in it is too old: to forget costs nothing.
 * Source: Amazon DynamoDB API Reference, TransactWriteItems (idempotency for 10 minutes, limits, cancellation reasons).
 */
import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { readUnits } from './capacity.ts'
import { cancelled, invalid, reasonOfFault, TableFault, type Reason } from './fault.ts'
import { list, optionalText, readInput, requireWords, text, word, type Input } from './input.ts'
import { isEmptyKey, type Key } from './key.ts'
import { answerOf, jsonOf } from './read.ts'
import { admit, refuseTwins, type Context } from './table.ts'
import {
  actionOf,
  count,
  plan,
  refuseCollectionMetrics,
  type Change,
  type Perform,
  type Plan,
} from './write.ts'

const most = 100
const largest = 4 * 1024 * 1024
const kinds = ['ConditionCheck', 'Put', 'Delete', 'Update'] as const
/** Milliseconds for which a token is kept. */
const tokenLife = 600_000

export interface Tokens {
  /** What a repetition reads, when this was done already. @throws IdempotentParameterMismatchException */
  repeated(token: string, digest: Buffer, now: number): Read[] | undefined
  /** Within the transaction of the turn. */
  remember(token: string, done: { digest: Buffer; reads: readonly Read[] }, now: number): void
}

/** Units that reading the items of one table takes. */
interface Read {
  table: string
  units: number
}

const digestLength = 32

export function openTokens(db: DatabaseSync): Tokens {
  const tables = ['table_token_even', 'table_token_odd'].map((name) => {
    db.exec(`CREATE TABLE IF NOT EXISTS ${name} (
      token TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`)
    return {
      select: db.prepare(`SELECT request, at FROM ${name} WHERE token = ?`),
      insert: db.prepare(`INSERT OR REPLACE INTO ${name} VALUES (?, ?, ?)`),
      newest: db.prepare(`SELECT at FROM ${name} ORDER BY at DESC LIMIT 1`),
      clear: db.prepare(`DELETE FROM ${name}`),
    }
  })
  const roundOf = (now: number) => Math.floor(now / tokenLife)
  let round = -1

  return {
    repeated(token, digest, now) {
      for (const { select } of tables) {
        const row = select.get(token) as { request: Uint8Array; at: number } | undefined
        if (!row || now - row.at > tokenLife || row.at > now) continue
        const request = Buffer.from(row.request)
        if (digest.equals(request.subarray(0, digestLength)))
          return JSON.parse(request.toString('utf8', digestLength) || '[]') as Read[]
        throw new TableFault(
          'IdempotentParameterMismatchException',
          'Request parameters do not match the previous request for the same ClientRequestToken',
        )
      }
      return undefined
    },
    remember(token, { digest, reads }, now) {
      const current = roundOf(now)
      const table = tables[Math.abs(current) % 2]!
      // What lies there is from the round before the last one, or from a clock that stood elsewhere.
      if (current !== round && roundOf(Number(table.newest.get()?.at ?? now)) !== current) table.clear.run()
      round = current
      table.insert.run(token, Buffer.concat([digest, Buffer.from(JSON.stringify(reads))]), now)
    },
  }
}

export function transactWriteItems(
  input: Input,
  context: Context,
  { perform, tokens }: { perform: Perform; tokens: Tokens },
): string {
  const entries = list(input, 'TransactItems', 1, most)
  const token = optionalText(input, 'ClientRequestToken')
  if (token !== undefined && (token.length < 1 || token.length > 36))
    throw invalid(
      `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`,
    )
  const plans = entries.map((entry) => {
    const named = kinds.filter((kind) => (entry[kind] ?? undefined) !== undefined)
    if (named.length !== 1)
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
    const request = readInput(entry[named[0]!])
    requireWords('TransactWriteItem', request)
    if (named[0] === 'ConditionCheck') text(request, 'ConditionExpression')
    if (named[0] === 'Update') text(request, 'UpdateExpression')
    return { kind: named[0]!, request, planned: plan(named[0]!, request, context) }
  })
  const located = locate(plans)
  // A repetition is asked about too: who may not write is told nothing of what another has written.
  for (const { kind, planned, key } of located)
    if (key) admit(context, actionOf[kind], planned.table, [planned.given])
  const digest = hash('sha256', JSON.stringify(entries), 'buffer')
  const reads = token === undefined ? undefined : tokens.repeated(token, digest, context.now())
  if (reads) return repeated(input, context, reads)

  refuseCollectionMetrics(
    input,
    plans.map(({ planned }) => planned.table),
  )
  const { changes, faults } = evaluate(located)
  const reasons = changes.map((change, at) => reasonOf(change, faults.get(at), plans[at]!.request))
  for (const change of changes) if (change) count(context, change, 2)
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons)
  const all = changes as Change[]
  if (all.reduce((sum, { size }) => sum + size, 0) > largest)
    throw invalid('Transaction request cannot exceed 4 MB of data')
  perform(all)
  if (token !== undefined) tokens.remember(token, { digest, reads: readsOf(all) }, context.now())
  return answerOf({ ConsumedCapacity: jsonOf(context.capacity.answer(input, { split: true })) })
}

interface Part {
  kind: (typeof kinds)[number]
  request: Input
  planned: Plan
}

/** A write that is wrong in itself has a fault instead of a place. */
interface Located extends Part {
  key: Key | undefined
  fault: TableFault | undefined
}

const locate = (plans: readonly Part[]): Located[] =>
  plans.map((part) => {
    const { result: key, fault } = attempt(() => part.planned.locate())
    return { ...part, key, fault }
  })

/** Changes by place; a write that is wrong in itself, or for the item that is there, has a fault instead. */
function evaluate(located: readonly Located[]) {
  const faults = new Map<number, TableFault>()
  refuseTwins(
    located.map(({ planned, key }) => ({ table: planned.table, key })),
    'Transaction request cannot include multiple operations on one item',
  )
  const changes = located.map(({ planned, key, fault }, at) => {
    const done = key ? attempt(() => planned.evaluate(key)) : { fault, result: undefined }
    if (done.fault) faults.set(at, done.fault)
    return done.result
  })
  return { changes, faults }
}

/** @throws what refuses the transaction as a whole */
function attempt<T>(work: () => T): { result?: T; fault?: TableFault | undefined } {
  try {
    return { result: work() }
  } catch (error) {
    if (!(error instanceof TableFault) || isEmptyKey(error)) throw error
    return { fault: error }
  }
}

function reasonOf(change: Change | undefined, fault: TableFault | undefined, request: Input): Reason {
  if (fault) return reasonOfFault(fault)
  if (!change?.isRefused) return { Code: 'None' }
  const shown = word(request, 'ReturnValuesOnConditionCheckFailure')
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(shown === 'ALL_OLD' && change.before && { Item: change.before.item }),
  }
}

/** What a repetition reads: each item at its larger size, as it was before or after. */
function readsOf(changes: readonly Change[]): Read[] {
  const units = new Map<string, number>()
  for (const { table, before, size } of changes) {
    const { name } = table.schema
    units.set(name, (units.get(name) ?? 0) + readUnits(Math.max(before?.size ?? 0, size), true) * 2)
  }
  return [...units].map(([table, sum]) => ({ table, units: sum }))
}

/** A repetition changes nothing and is paid for as reads of the items that the first call found and left. */
function repeated(input: Input, context: Context, reads: readonly Read[]): string {
  for (const { table, units } of reads) context.capacity.read(context.table(table).schema, units)
  return answerOf({ ConsumedCapacity: jsonOf(context.capacity.answer(input, { split: true })) })
}
