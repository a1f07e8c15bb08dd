import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
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
