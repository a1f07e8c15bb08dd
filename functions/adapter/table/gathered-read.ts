import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Item } from '#core/record/item.ts'
import { canExist, type Key } from '#core/record/key.ts'
import { fromAttributes } from '../attribute.ts'
import { inChunks } from '../client.ts'
import { keyIn, mostKeys, placeOf, readBatch, toKey, type Attributes } from './batch.ts'
import { calling } from './failure.ts'

/*
 * Reads by key.
 *
 * Problem: the messages of a batch, or calls that one process serves at once, each read two or three items, and a call
 * costs the processor more than the items do.
 * Representation: keys that are asked for in the same turn of the event loop wait for its end, and are then asked for
 * together, a key that several want once; each who asked gets an item of his own.
 * Invariant: the answer is consistent as of a moment after it was asked for, as that of a single call. A call that
 * fails, fails for all who asked in that turn.
 * Rejected: to wait for longer than a turn, which a read that nothing else accompanies would pay for.
 */

/** Keys that wait for the end of the turn, and what will have been found. */
interface Turn {
  keys: Map<string, Key>
  found: Promise<Map<string, Attributes>>
}

/** Reads items by their keys, in the order of the keys; nothing for one that does not exist or cannot. */
export function gatheredReads(
  client: DynamoDBClient,
  table: string,
): (keys: readonly Key[]) => Promise<(Item | undefined)[]> {
  let open: Turn | undefined

  function newTurn(): Turn {
    const keys = new Map<string, Key>()
    const ended = new Promise((end) => setImmediate(end))
    return {
      keys,
      found: ended.then(async () => {
        open = undefined
        const chunks = await Promise.all(inChunks([...keys.values()], mostKeys).map(readChunk))
        return new Map(chunks.flat().map((attributes) => [placeOf(keyIn(attributes)), attributes]))
      }),
    }
  }

  async function readChunk(keys: readonly Key[]): Promise<Attributes[]> {
    const [only] = keys
    return only && keys.length === 1 ? readOne(only) : readBatch(client, table, keys, { isConsistent: true })
  }

  async function readOne(key: Key): Promise<Attributes[]> {
    const command = new GetItemCommand({ TableName: table, Key: toKey(key), ConsistentRead: true })
    const { Item: item } = await calling(() => client.send(command))
    return item ? [item] : []
  }

  return async (keys) => {
    const possible = keys.filter(canExist)
    if (!possible.length) return keys.map(() => undefined)
    const turn = (open ??= newTurn())
    for (const key of possible) turn.keys.set(placeOf(key), { pk: key.pk, sk: key.sk })
    const found = await turn.found
    return keys.map((key) => {
      const attributes = found.get(placeOf(key))
      return attributes && fromAttributes(attributes)
    })
  }
}
