import type { ItemChange } from '../../project/project.ts'
import { isSameValue } from '../../record/event.ts'
import { fromItem, storedOf, type Item } from '../../record/item.ts'
import type { AnyRecord, Kind, Kinds } from '../../record/kind.ts'
import { lastOfEach } from '../../store/store.ts'
import { postingChanges } from './posting.ts'
import type { FindStore } from './store.ts'
import { setsOf, wordsToLearn } from './typo.ts'
import { isSearched, searchedFields, tokensOf } from './token.ts'

/** Makes what has changed in the ledger found, in the order of the changes: what is found as before costs nothing. */
export async function indexChanges(
  find: FindStore,
  kinds: Kinds,
  changes: readonly ItemChange[],
): Promise<void> {
  const read = changes.flatMap(({ before, after }) => {
    const kind = kinds.get((after ?? before)?.kind ?? '')
    if (!kind || !isSearched(kind) || isFoundAlike(kind, before, after)) return []
    return [{ kind, was: before && fromItem(kind, before), is: after && fromItem(kind, after) }]
  })
  await find.write(lastOfEach(read.flatMap(({ kind, was, is }) => postingChanges(kind, was, is))))
  await learnFrom(
    find,
    read.flatMap(({ kind, was, is }) => (is ? [{ kind, record: is, known: was }] : [])),
  )
}

/** Most changes are of a status, an owner, a moment: they are told by what is stored, before anything is read. */
const isFoundAlike = (kind: Kind, before: Item | undefined, after: Item | undefined): boolean =>
  before !== undefined &&
  after !== undefined &&
  (before.listPk === undefined) === (after.listPk === undefined) &&
  Object.keys(searchedFields(kind)).every((name) =>
    isSameValue(storedOf(before, name), storedOf(after, name)),
  )

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
