import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { beforeEach, expect, test } from 'vitest'
import type { Key } from '#core/record/key.ts'
import { tableStore } from '#functions/adapter/table.ts'

type Attributes = Record<string, AttributeValue>

interface Command {
  constructor: { name: string }
  input: { Key?: Attributes; RequestItems?: Record<string, { Keys: Attributes[]; ConsistentRead: boolean }> }
}

/** What was sent: the name of the call and how many keys it asked for. */
let calls: [string, number][]
beforeEach(() => void (calls = []))

const key = (sk: number): Key => ({ pk: 'p', sk: String(sk) })

/** A table in which every key is taken but those that `without` names; it leaves out what is beyond `most` keys. */
function tableOf({ most = 100, without = [] as string[] } = {}) {
  const itemAt = ({ pk, sk }: Attributes): Attributes | undefined =>
    without.includes(sk?.S ?? '')
      ? undefined
      : { pk: pk!, sk: sk!, kind: { S: 'thing' }, version: { N: '1' }, list: { L: [] } }
  const send = async ({ constructor, input }: Command) => {
    const asked = input.RequestItems?.table?.Keys ?? [input.Key!]
    calls.push([constructor.name, asked.length])
    if (input.Key) return { Item: itemAt(input.Key) }
    const [now, later] = [asked.slice(0, most), asked.slice(most)]
    return {
      Responses: {
        table: now
          .map(itemAt)
          .filter((one) => one !== undefined)
          .toReversed(),
      },
      ...(later.length && { UnprocessedKeys: { table: { Keys: later } } }),
    }
  }
  return tableStore({ send } as unknown as DynamoDBClient, 'table')
}

test('reads of the same turn become one call, and each gets what it asked for in its order', async () => {
  const store = tableOf({ without: ['3'] })
  const [both, one, none, same] = await Promise.all([
    store.getAll([key(1), key(2)]),
    store.get(key(4)),
    store.get(key(3)),
    store.getAll([key(2), key(1)]),
  ])
  expect(calls).toEqual([['BatchGetItemCommand', 4]])
  expect(both.map((item) => item?.sk)).toEqual(['1', '2'])
  expect(same.map((item) => item?.sk)).toEqual(['2', '1'])
  expect([one?.sk, none]).toEqual(['4', undefined])
})

test('a read alone is a plain one, and one of a later turn waits for no other', async () => {
  const store = tableOf()
  await store.get(key(1))
  await store.get(key(1))
  expect(calls).toEqual([
    ['GetItemCommand', 1],
    ['GetItemCommand', 1],
  ])
})

test('two who ask for the same item share nothing of it', async () => {
  const store = tableOf()
  const [first, second] = await Promise.all([store.get(key(1)), store.get(key(1))])
  const list = first!.list as unknown[]
  list.push('mine')
  expect(second?.list).toEqual([])
})

test('more keys than a call takes are several calls, and what one leaves out is asked for again', async () => {
  const store = tableOf({ most: 60 })
  const keys = Array.from({ length: 120 }, (_, i) => key(i))
  const found = await Promise.all(keys.map((one) => store.get(one)))
  expect(found.map((item) => item?.sk)).toEqual(keys.map(({ sk }) => sk))
  expect(calls.toSorted(([, a], [, b]) => b - a)).toEqual([
    ['BatchGetItemCommand', 100],
    ['BatchGetItemCommand', 40],
    ['BatchGetItemCommand', 20],
  ])
})

test('a call that fails, fails for all who asked in its turn and for nobody else', async () => {
  let isDown = true
  const send = async () => {
    if (isDown) throw Object.assign(new Error('no'), { name: 'InternalServerError' })
    return {}
  }
  const store = tableStore({ send } as unknown as DynamoDBClient, 'table')
  const results = await Promise.allSettled([store.get(key(1)), store.get(key(2))])
  for (const result of results)
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'store.unavailable' } })
  isDown = false
  expect(await store.get(key(1))).toBeUndefined()
})
