import { recordOf, type Store } from '../../store/store.ts'
import { recordKey } from '../../record/key.ts'
import type { AnyRecord, Kind, Kinds } from '../../record/kind.ts'
import { viewOf } from '../../record/operation/operation.ts'
import { mostLike, planFind, type Asked, type Lookup } from './plan.ts'
import { idOf, type Posting } from './posting.ts'
import { becauseOf, rank, scoreOf, type Because } from './rank.ts'
import type { FindStore, PostingPage } from './store.ts'
import { termsOf, type Term } from './term.ts'
import { readTokens, tokensOf, type Placed, type Token } from './token.ts'
import { likeliest, mayBeMistyped, placesLike } from './typo.ts'

/*
 * Finding records by what somebody types: postings give hits, hits are ranked by their words, the best are read from the ledger,
 * and what is shown is compared once more as it is now. So a posting that is stale costs a read and shows nothing.
 */

/** With fewer hits it is asked what else may be meant, also of a whole name that there is: another may sound like it. */
const enough = 5

/** While too little is found, so many more postings of a lookup are looked at, in each of so many pages. */
const further = { postings: 300, compared: 1000, pages: 3 }

/** So many records are read for one search: of whoever may see few of them not all are tried. */
const mostRead = 300

/** So many words are taken for mistyped, the longest ones. */
const mostMistyped = 2

export interface Search {
  tenant: string
  text: string
  /** of these kinds alone */
  kinds?: readonly string[] | undefined
  limit: number
  /**
   * What whoever asks sees of each; nothing of what he may not see. Compared is that alone: by a field that is above his level
   * nobody finds out what stands in it.
   */
  shown(records: readonly { kind: Kind; record: AnyRecord }[]): Promise<(AnyRecord | undefined)[]>
  /** whether he is told what a person calls records of a kind; absent: he is */
  mayCall?(kind: Kind): boolean
}

export interface Found {
  kind: string
  id: string
  /** what a person calls it; absent where it is made of what is hidden */
  called?: string
  /** its short facts, as lists show them */
  line: Record<string, unknown>
  because: Because[]
}

interface Stores {
  find: FindStore
  store: Pick<Store, 'getAll'>
}

/** What is found, best first. Throws Fault `input.invalid` for a text by which nothing can be found. */
export async function findRecords(stores: Stores, kinds: Kinds, search: Search): Promise<Found[]> {
  const terms = termsOf(search.text)
  const seen = new Set<string>()
  const found = await foundBy(stores, kinds, { ...search, terms, seen })
  if (found.length >= Math.min(enough, search.limit)) return found
  const corrected = await corrections(stores.find, search.tenant, terms)
  if (!corrected) return found
  const limit = search.limit - found.length
  return [...found, ...(await foundBy(stores, kinds, { ...search, terms: corrected, seen, limit }))]
}

interface Asking extends Search {
  terms: Term[]
  /** ids that were read already */
  seen: Set<string>
}

async function foundBy({ find, store }: Stores, kinds: Kinds, asking: Asking): Promise<Found[]> {
  const { tenant, terms, seen, limit, kinds: only } = asking
  const live: Live[] = []
  let read = 0
  for await (const postings of hitsOf(find, planFind(tenant, terms, only))) {
    const ranked = rank(terms, hitsIn(postings, seen))
    // A round reads more than it shows, so that hits that are equal by their folded words are told apart by their letters.
    for (let from = 0; from < ranked.length && live.length < limit && read < mostRead; from += 2 * limit) {
      const round = ranked.slice(from, from + 2 * limit)
      const items = await store.getAll(round.map(({ id }) => recordKey(tenant, id)))
      read += round.length
      const there = round.flatMap(({ id, kind: name }, i) => {
        seen.add(id)
        const kind = kinds.get(name)
        const record = kind && recordOf(kind, items[i])
        return kind && record && kind.keys(record).listPk !== undefined ? [{ kind, record }] : []
      })
      const shown = await asking.shown(there)
      for (const [i, { kind }] of there.entries()) {
        const found = shown[i] && liveOf(kind, shown[i])
        // What it was found by may be gone.
        if (found && scoreOf(terms, found.tokens)) live.push(found)
      }
    }
    if (live.length >= limit || read >= mostRead) break
  }
  return rank(terms, live)
    .slice(0, limit)
    .map((each) => tell(each, terms, asking.mayCall?.(each.kind) ?? true))
}

interface Indexed {
  id: string
  kind: string
  tokens: Token[]
}

/** Each record once, but for those that were read. */
function hitsIn(postings: readonly Posting[], seen: ReadonlySet<string>): Indexed[] {
  const hits = new Map<string, Indexed>()
  for (const posting of postings) {
    const id = idOf(posting)
    if (!seen.has(id)) hits.set(id, { id, kind: posting.kind, tokens: readTokens(posting.words) })
  }
  return [...hits.values()]
}

interface Live {
  id: string
  tokens: Token[]
  kind: Kind
  record: AnyRecord
  placed: Placed[]
}

function liveOf(kind: Kind, record: AnyRecord): Live {
  const placed = tokensOf(kind, record)
  return { id: record.id, kind, record, placed, tokens: placed.map(({ token }) => token) }
}

function tell({ kind, record, placed }: Live, terms: Term[], isCalled: boolean): Found {
  const view = viewOf(kind, record)
  const line = Object.fromEntries(
    kind.listed.flatMap((name) => (view[name] === undefined ? [] : [[name, view[name]]])),
  )
  return {
    kind: kind.name,
    id: record.id,
    ...(isCalled && { called: kind.titleOf(record) }),
    line,
    because: becauseOf(terms, placed) ?? [],
  }
}

/** A page of a lookup. */
type Looked = { lookup: Lookup } & PostingPage

/**
 * Postings of records that may have all terms, those of the nearest words first. The first of two terms that comes to its end
 * has them all: mostly the longer one, so that the other, often the first name of thousands, is not asked. While neither does,
 * and more is wanted, the first is asked further.
 */
async function* hitsOf(find: FindStore, asked: readonly Asked[]): AsyncGenerator<Posting[]> {
  const first: Looked[][] = []
  for (const { lookups } of asked) {
    const pages = await Promise.all(
      lookups.map(async (lookup) => ({ lookup, ...(await find.ask(lookup, { limit: lookup.most })) })),
    )
    if (pages.every(({ next }) => next === undefined)) {
      yield pages.flatMap(({ postings }) => postings)
      return
    }
    first.push(pages)
  }
  yield first.flat().flatMap(({ postings }) => postings)
  let open = first[0] ?? []
  for (let pages = 0; pages < further.pages && open.length; pages++) {
    const more = open.map(async ({ lookup, next: after }) => {
      if (!after) return []
      const limit = lookup.having.length || lookup.kinds ? further.compared : further.postings
      return [{ lookup, ...(await find.ask(lookup, { limit, after })) }]
    })
    open = (await Promise.all(more)).flat()
    yield open.flatMap(({ postings }) => postings)
  }
}

/** The terms with words that may be meant by them; nothing when there are none. */
async function corrections(
  find: FindStore,
  tenant: string,
  terms: readonly Term[],
): Promise<Term[] | undefined> {
  const longest = terms
    .filter((term) => term.is === 'word' && mayBeMistyped(term.text))
    .toSorted((a, b) => b.text.length - a.text.length)
    .slice(0, mostMistyped)
  const meant = new Map(
    await Promise.all(
      longest.map(async ({ text }): Promise<[string, string[]]> => {
        const words = await Promise.all(placesLike(tenant, text).map(async (pk) => find.words(pk)))
        return [text, likeliest(text, words.flat(), mostLike)]
      }),
    ),
  )
  if ([...meant.values()].every((words) => !words.length)) return undefined
  return terms.map((term) => {
    const like = term.is === 'word' ? meant.get(term.text) : undefined
    return term.is === 'word' && like?.length ? { ...term, like } : term
  })
}
