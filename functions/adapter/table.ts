import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import type { Item, Line } from '#core/record/item.ts'
import { canExist, fileOf, type Key } from '#core/record/key.ts'
import {
  badToken,
  queryOfFile,
  rangeOf,
  type Projection,
  type Store,
  type Update,
  type UpdateResult,
  type Write,
  type WriteResult,
} from '#core/store/store.ts'
import { fromAttributes, toAttributes } from './attribute.ts'
import { backoff, openClient } from './client.ts'
import type { Environment } from './surroundings.ts'
import { toKey, writeBatches } from './table/batch.ts'
import { attemptsOf, calling, faultOf, nameOf, throttled, unavailable } from './table/failure.ts'
import { gatheredReads } from './table/gathered-read.ts'
import { expressionsOf } from './table/update-expression.ts'

/** Conflicts with other transactions are tried again this often: about 2 s in all, then the caller decides. */
const attempts = 8

/** The store on the single DynamoDB table that `TABLE_NAME` names. Reads of the table are consistent, those of indexes cannot be. */
export const openTable = (env: Environment): Store =>
  tableStore(openClient(DynamoDBClient), env('TABLE_NAME'))

export function tableStore(client: DynamoDBClient, table: string): Store {
  const getAll = gatheredReads(client, table)
  const get = async (key: Key): Promise<Item | undefined> => (await getAll([key]))[0]

  const query: Store['query'] = async (pk, options = {}) => {
    const { rows, next } = await queryRows(pk, options)
    return { items: rows as Item[], ...(next && { next }) }
  }

  const file: Store['file'] = async ({ tenant, id }, options = {}) => {
    const { rows, next } = await queryRows(fileOf(tenant, id), queryOfFile(options), { kinds: options.kinds })
    return { items: rows as Item[], ...(next && { next }) }
  }

  const lines: Store['lines'] = async (index, pk, options = {}) => {
    const { rows, next } = await queryRows(pk, options, { index })
    const entries = rows.map((row) => {
      const { pk, sk, kind, line, [`${index}Sk`]: sort } = row as Item
      return { pk, sk, kind, sort: String(sort), line: (line ?? {}) as Line }
    })
    return { entries, ...(next && { next }) }
  }

  const queryIndex: Store['queryIndex'] = async (index, pk, options = {}) => {
    const { rows, next } = await queryRows(pk, options, { index })
    const items = (await getAll(rows)).filter((item) => item !== undefined)
    return { items, ...(next && { next }) }
  }

  async function queryRows(
    pk: string,
    options: Parameters<Store['query']>[1] & object,
    { index, kinds }: { index?: string; kinds?: readonly string[] | undefined } = {},
  ): Promise<{ rows: Key[]; next: string | undefined }> {
    const start = options.after === undefined ? undefined : readToken(options.after, pk, index)
    if (!canExist({ pk, sk: '@' }) || kinds?.length === 0) return { rows: [], next: undefined }
    const { condition, values } = rangeCondition(rangeOf(options))
    const wanted = (kinds ?? []).map((kind, i) => [`:kind${i}`, kind] as const)
    const command = new QueryCommand({
      TableName: table,
      ...(index ? { IndexName: index } : { ConsistentRead: true }),
      KeyConditionExpression: `#pk = :pk${condition}`,
      ...(kinds && { FilterExpression: `#kind IN (${wanted.map(([name]) => name).join(', ')})` }),
      ExpressionAttributeNames: {
        ...(kinds && { '#kind': 'kind' }),
        '#pk': index ? `${index}Pk` : 'pk',
        ...(condition && { '#sk': index ? `${index}Sk` : 'sk' }),
      },
      ExpressionAttributeValues: toAttributes({ ':pk': pk, ...values, ...Object.fromEntries(wanted) }),
      ScanIndexForward: !options.descending,
      ...(options.limit && { Limit: options.limit }),
      ...(start && { ExclusiveStartKey: start }),
    })
    const result = await calling(() => client.send(command)).catch((error: unknown) => {
      // A place that lies outside of what is asked for: the token of another query.
      throw start && nameOf(error) === 'ValidationException' ? badToken(error) : error
    })
    return {
      rows: (result.Items ?? []).map(fromAttributes),
      next: result.LastEvaluatedKey && toToken(result.LastEvaluatedKey),
    }
  }

  async function perform(writes: readonly Write[]): Promise<WriteResult> {
    const only = writes.length === 1 ? writes[0] : undefined
    if (!writes.length) return { stored: true }
    if (only?.do === 'absent')
      return (await get(only.key)) ? { stored: false, refused: [0] } : { stored: true }
    // The token makes a transaction whose answer was lost succeed once, however often it is sent (for 10 minutes).
    const token = randomUUID()
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt) await pause(backoff(attempt))
      const result = await (only ? writeOne(only) : writeTogether(writes, token))
      if (result !== 'conflict') return result
    }
    throw unavailable()
  }

  async function writeOne(write: Exclude<Write, { do: 'absent' }>): Promise<WriteResult | 'conflict'> {
    const condition = conditionOf(write)
    try {
      await (write.do === 'remove'
        ? client.send(new DeleteItemCommand({ TableName: table, Key: toKey(write.key), ...condition }))
        : client.send(new PutItemCommand({ TableName: table, Item: toAttributes(write.item), ...condition })))
      return { stored: true }
    } catch (error) {
      if (nameOf(error) === 'TransactionConflictException') return 'conflict'
      if (nameOf(error) !== 'ConditionalCheckFailedException') throw faultOf(error)
      // A write whose answer was lost is repeated by the client and then meets itself.
      const present = (error as { Item?: Record<string, AttributeValue> }).Item
      const ours =
        write.do === 'remove'
          ? !present && attemptsOf(error) > 1
          : present && isDeepStrictEqual(present, toAttributes(write.item))
      return ours ? { stored: true } : { stored: false, refused: [0] }
    }
  }

  async function writeTogether(writes: readonly Write[], token: string): Promise<WriteResult | 'conflict'> {
    const command = new TransactWriteItemsCommand({
      TransactItems: writes.map((entry) => toTransactItem(table, entry)),
      ClientRequestToken: token,
    })
    try {
      await client.send(command)
      return { stored: true }
    } catch (error) {
      if (nameOf(error) === 'TransactionInProgressException') return 'conflict'
      const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons
      if (nameOf(error) !== 'TransactionCanceledException' || !reasons) throw faultOf(error)
      const refused = reasons.flatMap((reason, i) => (reason.Code === 'ConditionalCheckFailed' ? [i] : []))
      if (refused.length) return { stored: false, refused }
      if (reasons.some((reason) => reason.Code === 'TransactionConflict')) return 'conflict'
      if (reasons.some((reason) => throttled.test(reason.Code ?? ''))) throw unavailable(error)
      throw faultOf(error)
    }
  }

  async function update(asked: Update): Promise<UpdateResult> {
    if (!canExist(asked.key)) return { updated: false, item: undefined }
    const command = new UpdateItemCommand({
      TableName: table,
      Key: toKey(asked.key),
      ...expressionsOf(asked),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt) await pause(backoff(attempt))
      try {
        const { Attributes } = await client.send(command)
        return { updated: true, item: fromAttributes(Attributes ?? {}) }
      } catch (error) {
        const present = (error as { Item?: Record<string, AttributeValue> }).Item
        if (nameOf(error) === 'ConditionalCheckFailedException')
          return { updated: false, item: present && fromAttributes(present) }
        // A transaction holds the item at this moment.
        if (nameOf(error) !== 'TransactionConflictException') throw faultOf(error)
      }
    }
    throw unavailable()
  }

  async function project(projections: readonly Projection[]): Promise<void> {
    const requests = projections.map((each) =>
      'put' in each
        ? { PutRequest: { Item: toAttributes(each.put) } }
        : { DeleteRequest: { Key: toKey(each.remove) } },
    )
    await writeBatches(client, table, requests)
  }

  return { get, getAll, query, file, lines, queryIndex, write: perform, project, update }
}

function toTransactItem(table: string, write: Write): TransactWriteItem {
  const { ReturnValuesOnConditionCheckFailure: _, ...condition } = conditionOf(write)
  const on = { TableName: table, ...condition }
  if (write.do === 'remove') return { Delete: { ...on, Key: toKey(write.key) } }
  if (write.do === 'absent') return { ConditionCheck: { ...on, Key: toKey(write.key) } }
  return { Put: { ...on, Item: toAttributes(write.item) } }
}

function conditionOf(write: Write) {
  const shared = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
  if (write.do === 'create' || write.do === 'absent')
    return { ...shared, ConditionExpression: 'attribute_not_exists(pk)' }
  return {
    ...shared,
    ConditionExpression: '#version = :seen',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':seen': { N: String(write.seen) } },
  }
}

function rangeCondition(range: ReturnType<typeof rangeOf>): {
  condition: string
  values: Record<string, string>
} {
  const { from, before, prefix } = range
  if (prefix !== undefined)
    return { condition: ' AND begins_with(#sk, :prefix)', values: { ':prefix': prefix } }
  if (from !== undefined && before !== undefined)
    // BETWEEN includes its upper end; nothing sorts between `before` and what is just below it that we would miss.
    return {
      condition: ' AND #sk BETWEEN :from AND :last',
      values: { ':from': from, ':last': justBefore(before) },
    }
  if (from !== undefined) return { condition: ' AND #sk >= :from', values: { ':from': from } }
  if (before !== undefined) return { condition: ' AND #sk < :before', values: { ':before': before } }
  return { condition: '', values: {} }
}

/** A text that sorts below `text` and above every key below it that can occur: keys never hold U+10FFFF. */
function justBefore(text: string): string {
  const signs = Array.from(text)
  const last = signs.pop()?.codePointAt(0) ?? 0
  return (
    signs.join('') +
    (last > 0 ? String.fromCodePoint(last === 0xe000 ? 0xd7ff : last - 1) + '\u{10FFFF}' : '')
  )
}

const toToken = (key: Record<string, AttributeValue>): string =>
  Buffer.from(JSON.stringify(fromAttributes(key))).toString('base64url')

/** Where a page begins. Throws Fault `input.invalid` for what is not the token of a page of this very partition. */
function readToken(token: string, pk: string, index?: string): Record<string, AttributeValue> {
  const partition = index ? `${index}Pk` : 'pk'
  const names = index ? ['pk', 'sk', partition, `${index}Sk`] : ['pk', 'sk']
  const key = objectOf(token)
  const places = names.map((name) => (Object.hasOwn(key, name) ? key[name] : undefined))
  const isKey = places.every((place) => typeof place === 'string' && place.isWellFormed() && place !== '')
  if (!isKey || Object.keys(key).length !== names.length || key[partition] !== pk) throw badToken()
  return toAttributes(key)
}

function objectOf(token: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
