import { setTimeout as pause } from 'node:timers/promises'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import type { Key } from '#core/record/key.ts'
import { backoff, inChunks } from '../client.ts'
import { calling, unavailable } from './failure.ts'

/* Calls that take many keys at once. What the table leaves out of an answer is asked for again, after a pause. */

export type Attributes = Record<string, AttributeValue>

/** DynamoDB takes so many writes in one BatchWriteItem, and so many keys in one BatchGetItem. */
const mostWrites = 25
export const mostKeys = 100

/** What the table left out of an answer is asked for again this often. */
const attempts = 8

/** Does `send` with all, then with what it leaves. Throws Fault `store.unavailable` when there is always something left. */
async function untilDone<T>(all: readonly T[], send: (rest: T[]) => Promise<T[] | undefined>): Promise<void> {
  let rest = [...all]
  for (let attempt = 0; rest.length; attempt++) {
    if (attempt) await pause(backoff(attempt))
    if (attempt > attempts) throw unavailable()
    const now = rest
    rest = (await calling(() => send(now))) ?? []
  }
}

/** Any number of writes of different keys, all batches at once. */
export async function writeBatches(
  client: DynamoDBClient,
  table: string,
  requests: readonly WriteRequest[],
): Promise<void> {
  const write = async (some: readonly WriteRequest[]): Promise<void> =>
    untilDone(some, async (rest) => {
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: rest } })
      return (await client.send(command)).UnprocessedItems?.[table]
    })
  await Promise.all(inChunks(requests, mostWrites).map(write))
}

/** The items of at most `mostKeys` different keys that exist, in any order. */
export async function readBatch(
  client: DynamoDBClient,
  table: string,
  keys: readonly Key[],
  { isConsistent }: { isConsistent: boolean },
): Promise<Attributes[]> {
  const found: Attributes[] = []
  await untilDone(keys.map(toKey), async (rest) => {
    const command = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: rest, ConsistentRead: isConsistent } },
    })
    const { Responses, UnprocessedKeys } = await client.send(command)
    found.push(...(Responses?.[table] ?? []))
    return UnprocessedKeys?.[table]?.Keys
  })
  return found
}

export const toKey = (key: Key): Attributes => ({ pk: { S: key.pk }, sk: { S: key.sk } })
export const keyIn = ({ pk, sk }: Attributes): Key => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' })

/** A key as one text, for maps. */
export const placeOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`
