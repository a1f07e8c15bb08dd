import {
  DynamoDBClient,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import type { Posting, PostingChange } from '#core/query/find/posting.ts'
import type { FindStore, PostingPage } from '#core/query/find/store.ts'
import { mostInSet } from '#core/query/find/typo.ts'
import { canExist, type Key } from '#core/record/key.ts'
import { inChunks, openClient } from './client.ts'
import type { Environment } from './surroundings.ts'
import { keyIn, mostKeys, placeOf, readBatch, toKey, writeBatches, type Attributes } from './table/batch.ts'
import { calling, nameOf } from './table/failure.ts'

/** A few hundred kilobytes: most of what a year's customers are called. */
const mostKnown = 20_000

/**
 * Milliseconds for which words that were read are not read again: less than a new one takes to get there. Many search at once,
 * and most of a search for a whole name is to read the words that are like it.
 */
const staysFresh = 1_000
/** Partitions of the dictionary, of about a hundred words each. */
const mostFresh = 256

/** The postings in the table that `FIND_TABLE_NAME` names. Reads may be a moment old, at half the price. */
export const openFind = (env: Environment): FindStore =>
  findStore(openClient(DynamoDBClient), env('FIND_TABLE_NAME'), mostKnown)

/** The same for whoever writes all of it anew: the table may have been emptied since a word was seen in it. */
export const openFindAnew = (env: Environment): FindStore =>
  findStore(openClient(DynamoDBClient), env('FIND_TABLE_NAME'), 0)

/** @param remembers so many words of the dictionary, so that common names cost nothing */
export function findStore(client: DynamoDBClient, table: string, remembers: number): FindStore {
  const known = new Set<string>()

  const ask: FindStore['ask'] = async ({ pk, prefix, having, kinds }, { limit, after }) => {
    if (!canExist({ pk, sk: prefix })) return { postings: [] }
    const conditions = [
      ...having.map((_, i) => `contains(words, :part${i})`),
      ...(kinds ? [`#kind IN (${kinds.map((_, i) => `:kind${i}`).join(', ')})`] : []),
    ]
    const command = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ...(conditions.length && { FilterExpression: conditions.join(' AND ') }),
      ...(kinds && { ExpressionAttributeNames: { '#kind': 'kind' } }),
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ':prefix': { S: prefix },
        ...numbered(':part', having),
        ...numbered(':kind', kinds ?? []),
      },
      Limit: limit,
      ...(after && { ExclusiveStartKey: toKey(after) }),
    })
    return pageOf(await calling(() => client.send(command)))
  }

  const walk: FindStore['walk'] = async ({ limit, after }) => {
    const command = new ScanCommand({
      TableName: table,
      Limit: limit,
      ...(after && { ExclusiveStartKey: toKey(after) }),
    })
    return pageOf(await calling(() => client.send(command)))
  }

  async function readWords(pk: string): Promise<string[]> {
    const found: string[] = []
    let start: Attributes | undefined
    do {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ...(start && { ExclusiveStartKey: start }),
      })
      const { Items = [], LastEvaluatedKey } = await calling(() => client.send(command))
      found.push(...Items.flatMap(wordsIn))
      start = LastEvaluatedKey
    } while (start)
    return found
  }

  const fresh = new Map<string, { until: number; words: Promise<string[]> }>()

  const words: FindStore['words'] = async (pk) => {
    const now = Date.now()
    const before = fresh.get(pk)
    if (before && before.until > now) return before.words
    if (fresh.size >= mostFresh) fresh.clear()
    const read = readWords(pk)
    if (remembers) fresh.set(pk, { until: now + staysFresh, words: read })
    // What failed is asked again.
    read.catch(() => fresh.delete(pk))
    return read
  }

  /** The words of sets that exist, by the place of the set. */
  async function readSets(sets: readonly Key[]): Promise<Map<string, Set<string>>> {
    const items = await readBatch(client, table, sets, { isConsistent: false })
    return new Map(items.map((item) => [placeOf(keyIn(item)), new Set(wordsIn(item))]))
  }

  async function add(set: Key, more: readonly string[]): Promise<void> {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: toKey(set),
      UpdateExpression: 'ADD words :words',
      ConditionExpression: 'attribute_not_exists(words) OR size(words) < :most',
      ExpressionAttributeValues: { ':words': { SS: [...more] }, ':most': { N: String(mostInSet) } },
    })
    await calling(() => client.send(command)).catch((error: unknown) => {
      // A set that is full stays as it is.
      if (nameOf(error) !== 'ConditionalCheckFailedException') throw error
    })
  }

  const learn: FindStore['learn'] = async (learned) => {
    const asked = new Map<string, { set: Key; words: Set<string> }>()
    for (const { set, word } of learned) {
      if (known.has(nameOfWord(set, word))) continue
      const place = placeOf(set)
      const entry = asked.get(place) ?? { set, words: new Set() }
      entry.words.add(word)
      asked.set(place, entry)
    }
    for (const some of inChunks([...asked.values()], mostKeys)) {
      const present = await readSets(some.map(({ set }) => set))
      await Promise.all(
        some.map(async ({ set, words: wanted }) => {
          const has = present.get(placeOf(set))
          const missing = [...wanted].filter((word) => !has?.has(word))
          if (missing.length && (has?.size ?? 0) < mostInSet) await add(set, missing)
          if (!remembers) return
          if (known.size > remembers) known.clear()
          for (const word of wanted) known.add(nameOfWord(set, word))
        }),
      )
    }
  }

  return {
    ask,
    words,
    learn,
    walk,
    write: async (changes) => writeBatches(client, table, changes.map(toRequest)),
  }
}

const numbered = (name: string, values: readonly string[]): Attributes =>
  Object.fromEntries(values.map((value, i) => [`${name}${i}`, { S: value }]))

const toRequest = (change: PostingChange): WriteRequest => {
  if ('remove' in change) return { DeleteRequest: { Key: toKey(change.remove) } }
  const { kind, words, ...key } = change.put
  return { PutRequest: { Item: { ...toKey(key), kind: { S: kind }, words: { S: words } } } }
}

function pageOf({
  Items = [],
  LastEvaluatedKey: last,
}: {
  Items?: Attributes[] | undefined
  LastEvaluatedKey?: Attributes | undefined
}): PostingPage {
  const postings = Items.flatMap((item): Posting[] =>
    // The dictionary has sets of words.
    item.words?.S === undefined ? [] : [{ ...keyIn(item), kind: item.kind?.S ?? '', words: item.words.S }],
  )
  return { postings, ...(last && { next: keyIn(last) }) }
}

const wordsIn = ({ words }: Attributes): string[] => words?.SS ?? []
const nameOfWord = (set: Key, word: string): string => `${placeOf(set)}\n${word}`
