import { withArticle } from '../record/article.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { PatternError } from '#pattern/syntax/fault.ts'
import { inMinorUnits } from '../money/event-pattern.ts'
import { isMoney } from '../money/money.ts'
import { Fault, forbiddenFields } from '../record/fault.ts'
import { definitionOf, saidOf } from '../record/field.ts'
import type { IndexName } from '../record/key.ts'
import type { Kind } from '../record/kind.ts'
import { nearest } from '../source/source.ts'
import { conjunctsOf, repeatedField, type Conjunct } from '../table/condition.ts'

/*
 * What somebody wants of a list: an event pattern over lines, and an order.
 *
 * A line has the fields that its kind lists (`Says.list`), and from its place in the index id and moment of creation: a
 * list is filtered and sorted without reading a record. A filter on a field that one may not see would tell what is in it by
 * who is left, so filter and order need the level of each field that they name.
 * Money is compared as in rules: a number is whole units of the company's currency, and an amount in another one is not
 * like it. Texts are compared as patterns do, to the letter, unless `equals-ignore-case` says otherwise.
 */

/** As it stands in the query of an address, or in a view. */
export interface ListAsked {
  /** an event pattern as JSON */
  filter?: string | undefined
  /** names of fields with commas between, `-` before one that descends */
  sort?: string | undefined
}

export interface ListRights {
  /** fields above the level of whoever asks */
  hidden: ReadonlySet<string>
  /** of the company */
  currency: string
  /** of entries of `work` it is not known when they were made; `list` when it is left out */
  index?: IndexName
}

/** A line, or a record: what is asked about has the same name in both. */
export type Listed = Readonly<Record<string, unknown>> & { id: string }

/** Where a line stands in the order: a part for each field, null where it has none, then its id. */
export type SortKey = readonly (string | number | null)[]

export interface Order {
  keyOf(line: Listed): SortKey
  compare(one: SortKey, other: SortKey): number
  /** parts of a key */
  parts: number
}

export interface ListPlan {
  matches(line: Listed): boolean
  /** whether some lines may be left out */
  isFiltered: boolean
  /** absent: that of the index */
  order?: Order
}

/** More would be no order that anybody has in mind. */
const mostSorted = 3
/** Of texts so many characters decide: a page must know the key of its last line. */
const decisive = 100

/**
 * Throws Fault `input.invalid` for what cannot be asked of this list, with the nearest name and all that can; `auth.forbidden`
 * for fields above the caller's level.
 */
export function planList(kind: Kind, { filter, sort }: ListAsked, rights: ListRights): ListPlan {
  const written = filter === undefined ? undefined : readPattern(filter)
  const conjuncts = written ? conjunctsOf(written) : []
  const sorted = sort === undefined ? [] : readSort(sort)
  requireSeen([...pathsIn(conjuncts).map(topOf), ...sorted.map(({ name }) => name)], rights)
  for (const path of pathsIn(conjuncts)) requirePath(kind, path, rights)
  for (const { name } of sorted) requireName(kind, { where: 'sort', name }, rights)
  requireValues(kind, conjuncts)
  const order = sorted.length ? orderOf(kind, sorted) : undefined
  return {
    matches: written ? matching(kind, written, rights) : () => true,
    isFiltered: written !== undefined,
    ...(order && { order }),
  }
}

/** What lists of a kind can be filtered and sorted by, as far as somebody sees it. */
const listNames = (kind: Kind, { hidden, index = 'list' }: Omit<ListRights, 'currency'>): string[] =>
  ['id', ...(index === 'list' ? ['createdAt'] : []), ...kind.listed].filter((name) => !hidden.has(name))

const invalid = (where: 'filter' | 'sort', message: string): Fault =>
  new Fault('input.invalid', `${where}: ${message}`, { where })

type Written = Record<string, unknown>

function readPattern(text: string): Written {
  try {
    compilePattern(text)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw invalid('filter', error.message)
  }
  const written = JSON.parse(text) as Written
  const twice = repeatedField(written)
  if (twice) throw invalid('filter', `"${twice.name}" is asked about twice; put both into one list`)
  return written
}

function matching(kind: Kind, written: Written, { currency }: ListRights): ListPlan['matches'] {
  // Files and filters say money alike; it lies under the name of the kind in events.
  const { detail } = inMinorUnits(
    { detail: { [kind.name]: written } },
    new Map([[kind.name, kind]]),
    currency,
  )
  try {
    const pattern = compilePattern(detail[kind.name]!)
    return (line) => pattern.matches(line)
  } catch (error) {
    // As a text it was one: with a number that is none in any field.
    if (!(error instanceof PatternError)) throw error
    throw invalid('filter', error.message)
  }
}

const topOf = (path: string): string => path.split('.')[0]!

const pathsIn = (conjuncts: readonly Conjunct[]): string[] => conjuncts.flatMap(({ paths }) => paths)

function requireSeen(names: readonly string[], { hidden }: ListRights): void {
  const above = [...new Set(names.filter((name) => hidden.has(name)))]
  if (above.length) throw forbiddenFields(above)
}

function requirePath(kind: Kind, path: string, rights: ListRights): void {
  const [name = '', ...rest] = path.split('.')
  requireName(kind, { where: 'filter', name }, rights)
  const known = Object.keys(definitionOf(kind.schema.shape[name]!).shape ?? {})
  if (!rest.length) return
  if (rest.length === 1 && known.includes(rest[0]!)) return
  throw invalid('filter', `"${name}" has no "${rest.join('.')}"; ${listed(known, 'it has', 'write a list')}`)
}

function requireName(
  kind: Kind,
  { where, name }: { where: 'filter' | 'sort'; name: string },
  rights: ListRights,
): void {
  const names = listNames(kind, rights)
  if (names.includes(name)) return
  const near = nearest(name, names)
  const has = Object.hasOwn(kind.schema.shape, name) && saidOf(kind.schema.shape[name]!).internal !== true
  const what = has
    ? `"${name}" is not in the line of ${withArticle(kind.name)} ${rights.index === 'work' ? 'in a list of open work' : ''}`.trimEnd()
    : `${withArticle(kind.name)} has no "${name}"`
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  throw invalid(where, `${what}${hint}${hint ? ' There are' : '; there are'} ${names.join(', ')}`)
}

const listed = (names: readonly string[], lead: string, otherwise: string): string =>
  names.length ? `${lead} ${names.join(', ')}` : otherwise

/** A choice that nobody can make never matches. */
function requireValues(kind: Kind, conjuncts: readonly Conjunct[]): void {
  for (const { name, accepts = [], alternatives = [] } of conjuncts) {
    for (const part of alternatives) requireValues(kind, part)
    const type = kind.schema.shape[name]
    const { element, entries = element && definitionOf(element).entries } = type ? definitionOf(type) : {}
    const values = Object.values(entries ?? {})
    for (const value of accepts) {
      if (!entries || typeof value !== 'string' || values.includes(value)) continue
      const near = nearest(value, values)
      const hint = near === undefined ? `write one of ${values.join(', ')}` : `did you mean "${near}"?`
      throw invalid('filter', `"${name}" is never "${value}"; ${hint}`)
    }
  }
}

interface Sorted {
  name: string
  isDescending: boolean
}

function readSort(text: string): Sorted[] {
  const sorted = text.split(',').map((part): Sorted => {
    const [, sign, name] = /^(-?)([A-Za-z][A-Za-z0-9]*)$/.exec(part.trim()) ?? []
    if (name === undefined)
      throw invalid(
        'sort',
        'write names of fields with commas between, - before one that descends: -dueAt,title',
      )
    return { name, isDescending: sign === '-' }
  })
  const names = sorted.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw invalid('sort', `"${twice}" stands there twice`)
  if (sorted.length > mostSorted) throw invalid('sort', `name ${mostSorted} fields at most`)
  return sorted
}

type Compare = (one: string | number, other: string | number) => number

/** A part of a key, or two of an amount. */
interface Part {
  of(line: Listed): string | number | null
  compare: Compare
  isDescending: boolean
}

const asNumbers: Compare = (one, other) => Number(one) - Number(other)
const asWritten: Compare = (one, other) => Number(one > other) - Number(one < other)
// As people look names up: capitals beside small letters, `Line 9` before `Line 10`. The same for all languages, so a place in
// a list is the same for everybody.
const collator = new Intl.Collator('und', { numeric: true })
const asNames: Compare = (one, other) => collator.compare(String(one), String(other))

function orderOf(kind: Kind, sorted: readonly Sorted[]): Order {
  const parts = sorted.flatMap((each) => partsOf(kind, each))
  return {
    parts: parts.length + 1,
    keyOf: (line) => [...parts.map(({ of }) => of(line)), line.id],
    compare(one, other) {
      for (const [i, { compare, isDescending }] of parts.entries()) {
        const [a = null, b = null] = [one[i], other[i]]
        // What has no value stands last, whichever way is up.
        if (a === null && b === null) continue
        if (a === null || b === null) return a === null ? 1 : -1
        const sign = compare(a, b)
        if (sign !== 0) return isDescending ? -sign : sign
      }
      return asWritten(one.at(-1) ?? '', other.at(-1) ?? '')
    },
  }
}

function partsOf(kind: Kind, { name, isDescending }: Sorted): Part[] {
  const type = kind.schema.shape[name]!
  const { type: sort, entries, format, shape } = definitionOf(type)
  const part = (of: (value: unknown) => string | number, compare: Compare): Part => ({
    of: ({ [name]: value }) => (value === undefined || value === null ? null : of(value)),
    compare,
    isDescending,
  })
  if (saidOf(type).unit === 'money')
    // Amounts in several currencies are no sum: each currency by itself.
    return [
      part((value) => (isMoney(value) ? value.currency : ''), asWritten),
      part((value) => (isMoney(value) ? value.minor : 0), asNumbers),
    ]
  if (entries) {
    // As it is declared: urgent is more than high.
    const values = Object.values(entries)
    const placeOf = (value: unknown): number => {
      const place = values.indexOf(String(value))
      return place < 0 ? values.length : place
    }
    return [part(placeOf, asNumbers)]
  }
  if (sort === 'number' || sort === 'int' || sort === 'boolean') return [part(Number, asNumbers)]
  if (sort === 'string') {
    const isMade = format !== undefined || saidOf(type).to !== undefined || name === 'id'
    return [part((value) => String(value).slice(0, decisive), isMade ? asWritten : asNames)]
  }
  const why = shape ? 'is several fields' : 'may have several values'
  throw invalid('sort', `"${name}" ${why}: there is no order of it`)
}
