import type { Key } from '../../record/key.ts'
import { byCodePoint } from '../../store/memory.ts'
import { mostInSet } from './typo.ts'
import type { Posting } from './posting.ts'
import type { FindStore, PostingPage } from './store.ts'

export interface MemoryFind extends FindStore {
  /** Every posting, by key. */
  all(): Posting[]
  /** Every word of the dictionary, with its set. */
  learned(): string[]
  clear(): void
}

/** Postings for tests and simulation: the same contract as the table, in one process, nothing kept. */
export function memoryFind(): MemoryFind {
  const postings = new Map<string, Posting>()
  const sets = new Map<string, { set: Key; words: Set<string> }>()
  const all = (): Posting[] =>
    [...postings.entries()].toSorted(([a], [b]) => byCodePoint(a, b)).map(([, posting]) => ({ ...posting }))

  const pageOf = (
    rows: Posting[],
    { limit, after }: { limit: number; after?: Key },
  ): { rows: Posting[]; next?: Key } => {
    const rest = after ? rows.filter((row) => byCodePoint(placeOf(row), placeOf(after)) > 0) : rows
    const page = rest.slice(0, limit)
    const last = page.at(-1)
    return { rows: page, ...(last && page.length < rest.length && { next: { pk: last.pk, sk: last.sk } }) }
  }

  return {
    async ask({ pk, prefix, having, kinds }, page): Promise<PostingPage> {
      const { rows, next } = pageOf(
        all().filter((posting) => posting.pk === pk && posting.sk.startsWith(prefix)),
        page,
      )
      const found = rows.filter(
        ({ words, kind }) => having.every((part) => words.includes(part)) && (kinds?.includes(kind) ?? true),
      )
      return { postings: found, ...(next && { next }) }
    },
    async write(changes) {
      for (const change of changes)
        if ('put' in change) postings.set(placeOf(change.put), { ...change.put })
        else postings.delete(placeOf(change.remove))
    },
    async words(pk) {
      return [...sets.values()].flatMap(({ set, words }) => (set.pk === pk ? [...words] : []))
    },
    async learn(learned) {
      for (const { set, word } of learned) {
        const known = sets.get(placeOf(set)) ?? { set, words: new Set<string>() }
        if (known.words.size < mostInSet) known.words.add(word)
        sets.set(placeOf(set), known)
      }
    },
    async walk(page) {
      const { rows, next } = pageOf(all(), page)
      return { postings: rows, ...(next && { next }) }
    },
    all,
    learned: () =>
      [...sets.entries()]
        .flatMap(([place, { words }]) => [...words].map((word) => `${place} ${word}`))
        .toSorted(),
    clear() {
      postings.clear()
      sets.clear()
    },
  }
}

const placeOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`
