import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, test, vi } from 'vitest'
import { findStore } from '#functions/adapter/find.ts'

/** A table whose sets all have these words; `calls` says what was sent. */
function tableOf(words: string[]) {
  const calls: string[] = []
  const send = async ({
    constructor,
    input,
  }: {
    constructor: { name: string }
    input: { RequestItems?: { table: { Keys: Record<string, AttributeValue>[] } } }
  }) => {
    calls.push(constructor.name)
    const keys = input.RequestItems?.table.Keys ?? []
    return { Responses: { table: keys.map((key) => ({ ...key, words: { SS: words } })) } }
  }
  return { client: { send } as unknown as DynamoDBClient, calls }
}

const set = { pk: 'firm#word#an', sk: 'ann' }
const [anna, annabel] = ['anna', 'annabel'].map((word) => ({ set, word }))

test('a word that this process has seen costs nothing, one that the table has a read, and a new one a write', async () => {
  const { client, calls } = tableOf(['anna'])
  const { learn } = findStore(client, 'table', 10)
  await learn([anna!])
  expect(calls).toEqual(['BatchGetItemCommand'])
  await learn([anna!])
  expect(calls).toHaveLength(1)
  await learn([anna!, annabel!])
  expect(calls.slice(1)).toEqual(['BatchGetItemCommand', 'UpdateItemCommand'])
  await learn([annabel!, anna!])
  expect(calls).toHaveLength(3)
})

test('whoever writes all of it anew takes no word for known', async () => {
  const { client, calls } = tableOf(['anna'])
  const { learn } = findStore(client, 'table', 0)
  await learn([anna!])
  await learn([anna!])
  expect(calls).toEqual(['BatchGetItemCommand', 'BatchGetItemCommand'])
})

test('words that were read a moment ago are not read again; what failed is, and whoever writes all anew reads what is there', async () => {
  vi.useFakeTimers({ now: 0 })
  try {
    let asked = 0
    let fails = false
    const client = {
      send: async () => {
        asked++
        if (fails) throw new Error('away')
        return { Items: [{ words: { SS: [`word${asked}`] } }] }
      },
    } as unknown as DynamoDBClient
    const { words } = findStore(client, 'table', 10)
    const [one, other] = await Promise.all([words('a'), words('a')])
    expect([one, other, asked]).toEqual([['word1'], ['word1'], 1])
    expect(await words('b')).toEqual(['word2'])
    vi.setSystemTime(999)
    expect(await words('a')).toEqual(['word1'])
    vi.setSystemTime(1_000)
    expect(await words('a')).toEqual(['word3'])
    fails = true
    await expect(words('c')).rejects.toThrow('away')
    fails = false
    expect(await words('c')).toHaveLength(1)
    const before = asked
    const anew = findStore(client, 'table', 0)
    await anew.words('a')
    await anew.words('a')
    expect(asked).toBe(before + 2)
  } finally {
    vi.useRealTimers()
  }
})
