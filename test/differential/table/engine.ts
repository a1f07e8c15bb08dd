/*
 * The engine as one side of the comparison, on a file as it always is.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDurable } from '#local/durable.ts'
import { openTables } from '#local/table/engine.ts'
import { newFolder } from '../../cloud.ts'
import type { Answer, Side } from './reference.ts'

export function openEngine(): Side {
  const folder = newFolder()
  const group = openDurable(join(folder, 'table.db'))
  const tables = openTables({ group, now: () => Date.now(), region: 'eu-central-1' })
  const read = new Map<string, number>()

  async function handle(operation: string, input: unknown): Promise<Answer> {
    // As over the wire: whoever asks has objects of his own.
    const { status, body } = await tables.handle(operation, JSON.parse(JSON.stringify(input)))
    return { status, body: JSON.parse(body) as Answer['body'] }
  }

  return {
    handle,
    async records(table) {
      const records = tables.stream(table)!.read(read.get(table) ?? 0, Infinity)
      if (records.length > 0) read.set(table, records.at(-1)!.sequence)
      return records.map(({ event, keys, newImage, oldImage }) => ({
        eventName: event,
        Keys: keys,
        ...(newImage && { NewImage: newImage }),
        ...(oldImage && { OldImage: oldImage }),
      }))
    },
    async close() {
      group.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
