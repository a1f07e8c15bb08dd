import type { DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb'
import { expect, test, vi } from 'vitest'
import { findStore } from '#functions/adapter/find.ts'
import { tableStore } from '#functions/adapter/table.ts'

/** A table that takes at most `most` writes of a call; `sizes` says how many each call had. */
function tableOf(most: number) {
  const removed: string[] = []
  const sizes: number[] = []
  const send = async ({ input }: { input: { RequestItems: Record<string, WriteRequest[]> } }) => {
    const [asked] = Object.values(input.RequestItems)
    sizes.push(asked!.length)
    removed.push(...asked!.slice(0, most).map((each) => each.DeleteRequest!.Key!.sk!.S!))
    const later = asked!.slice(most)
    return { UnprocessedItems: later.length ? { table: later } : {} }
  }
  return { client: { send } as unknown as DynamoDBClient, removed, sizes }
}

const removals = Array.from({ length: 60 }, (_, i) => ({ remove: { pk: 'p', sk: String(i) } }))

const writers = {
  'what is projected': (client: DynamoDBClient) => tableStore(client, 'table').project(removals),
  postings: (client: DynamoDBClient) => findStore(client, 'table', 0).write(removals),
}

test.each(Object.entries(writers))(
  '%s: what a call leaves out is written again, each once',
  async (_, write) => {
    const { client, removed, sizes } = tableOf(15)
    await write(client)
    expect(removed.toSorted()).toEqual(removals.map(({ remove }) => remove.sk).toSorted())
    expect(sizes.toSorted((a, b) => b - a)).toEqual([25, 25, 10, 10, 10])
  },
)

test.each(Object.entries(writers))(
  '%s: a table that takes nothing is told, and not waited for',
  async (_, write) => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0)
    await expect(write(tableOf(0).client)).rejects.toMatchObject({ code: 'store.unavailable' })
    random.mockRestore()
  },
)
