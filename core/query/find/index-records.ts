import { fromItem, type Item } from '../../record/item.ts'
import type { AnyRecord, Kind, Kinds } from '../../record/kind.ts'
import { lastOfEachKey, postingChanges } from './posting.ts'
import type { FindStore } from './store.ts'
import { setsOf, wordsToLearn } from './typo.ts'
import { isSearched, tokensOf } from './token.ts'

/** What the stream says of an item. */
interface ItemChange {
  before: Item | undefined
  after: Item | undefined
}

/** Makes what has changed in the ledger found, in the order of the changes: what is found as before costs nothing. */
export async function indexChanges(
  find: FindStore,
  kinds: Kinds,
  changes: readonly ItemChange[],
): Promise<void> {
  const read = changes.flatMap(({ before, after }) => {
    const kind = kinds.get((after ?? before)?.kind ?? '')
    if (!kind || !isSearched(kind)) return []
    return [{ kind, was: before && fromItem(kind, before), is: after && fromItem(kind, after) }]
  })
  await find.write(lastOfEachKey(read.flatMap(({ kind, was, is }) => postingChanges(kind, was, is))))
  await learnFrom(
    find,
    read.flatMap(({ kind, was, is }) => (is ? [{ kind, record: is, known: was }] : [])),
  )
}

/** Adds the words of records to the dictionary, but for those that they had before. */
export async function learnFrom(
  find: FindStore,
  records: readonly { kind: Kind; record: AnyRecord; known?: AnyRecord | undefined }[],
): Promise<void> {
  const words = new Set<string>()
  const sets: { set: ReturnType<typeof setsOf>[number]; word: string }[] = []
  for (const { kind, record, known } of records) {
    const before = new Set(known ? wordsToLearn(tokensOf(kind, known)) : [])
    for (const word of wordsToLearn(tokensOf(kind, record))) {
      const name = `${record.tenant} ${word}`
      if (before.has(word) || words.has(name)) continue
      words.add(name)
      for (const set of setsOf(record.tenant, word)) sets.push({ set, word })
    }
  }
  if (sets.length) await find.learn(sets)
}
