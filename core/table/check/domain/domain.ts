/*
 * The space of records that a table's conditions can tell apart, made finite and exact.
 *
 * Representation: each field is cut into atoms, sets of values that satisfy the same conditions; a condition is the set
 * of its atoms, held as bits; a row is a union of boxes, one set of atoms per field. Atoms are judged by the pattern
 * engine itself, by a value that stands for them, so checker and engine cannot disagree about an operator.
 * Dates of validity are a field too, with moments as values.
 * Invariant: for every record there is a combination of atoms that decides like it, except for fields marked `opaque`,
 * where any combination of verdicts is assumed to be possible: what holds for all of them holds, what was only found
 * among them is not claimed.
 * Assumption, told in the documentation: fields vary independently of each other.
 */

import { conjunctsOf, type Conjunct } from '../../condition.ts'
import { put } from '../../fact/path.ts'
import type { Fact } from '../../../record/vocabulary.ts'
import { compilePattern, type Matcher } from '#pattern/pattern.ts'
import type { RowDefinition } from '../../definition.ts'
import { inForce } from '../../table.ts'
import { textClasses } from './text-class.ts'

export interface Atom {
  /** a value that stands for all of them; undefined is "absent" */
  value: unknown
}

export interface Field {
  name: string
  atoms: Atom[]
  /** bits of all atoms */
  all: bigint
  /** the values could not be told apart exactly */
  opaque: boolean
}

/** One set of atoms per field of the domain, in its order. */
export type Box = readonly bigint[]

export interface Domain {
  fields: Field[]
  /** The boxes of a row; a row without any can never match. */
  boxesOf(row: RowDefinition): Box[]
  /** The atoms that satisfy one conjunct's list. */
  bitsOf(name: string, accepts: readonly unknown[]): bigint
  /** The field that holds the dates of validity, if any row has them. */
  dates: number
  whole: Box
}

/** More verdicts in combination than this, and a field with lists or opaque values makes the table undecidable. */
const mostCombinations = 256

/** Rows with more alternatives than this are left undecided. */
const mostBoxes = 256

export class Undecidable extends Error {}

/** The fact of a name for the tables whose rows these are. */
export type FactNamed = (name: string) => Fact | undefined

/** The domain that the rows of one table, or of two versions of it, span. Throws Undecidable when it is too large. */
export function domainOf(rows: readonly RowDefinition[], factNamed: FactNamed): Domain {
  const asked = new Map<string, Map<string, readonly unknown[]>>()
  const gather = (conjunct: Conjunct): void => {
    if (conjunct.alternatives) return conjunct.alternatives.flat().forEach(gather)
    const lists = asked.get(conjunct.name) ?? new Map<string, readonly unknown[]>()
    asked.set(conjunct.name, lists)
    lists.set(JSON.stringify(conjunct.accepts), conjunct.accepts!)
    // Each entry by itself too, so that an entry that can never hold is found.
    if (conjunct.accepts!.length <= 50)
      for (const entry of conjunct.accepts!) lists.set(JSON.stringify([entry]), [entry])
  }
  const conjuncts = new Map(rows.map((row) => [row, conjunctsOf(row.when)]))
  for (const parts of conjuncts.values()) parts.forEach(gather)

  const masks = new Map<string, Map<string, bigint>>()
  const fields = [...asked].map(([name, lists]) => {
    const { field, bits } = cutField(name, factNamed(name), [...lists.values()])
    masks.set(name, new Map([...lists.keys()].map((key, index) => [key, bits[index]!])))
    return field
  })
  const dates = datesOf(rows)
  if (dates) fields.push(dates)
  const place = new Map(fields.map((field, index) => [field.name, index]))
  const whole = fields.map((field) => field.all)
  const bitsOf = (name: string, accepts: readonly unknown[]): bigint =>
    masks.get(name)?.get(JSON.stringify(accepts)) ?? 0n

  const narrow = (boxes: Box[], parts: readonly Conjunct[]): Box[] => {
    let current = boxes
    for (const part of parts) {
      if (part.alternatives) {
        const before = current
        current = part.alternatives.flatMap((alternative) => narrow(before, alternative))
        if (current.length > mostBoxes) throw new Undecidable('too many alternatives')
        continue
      }
      const index = place.get(part.name)!
      const bits = bitsOf(part.name, part.accepts!)
      current = current.map((box) => box.with(index, box[index]! & bits))
    }
    return current
  }

  return {
    fields,
    dates: dates ? fields.length - 1 : -1,
    whole,
    bitsOf,
    boxesOf(row) {
      const start = dates
        ? whole.with(
            fields.length - 1,
            mask(dates.atoms, (atom) => inForce(row, atom.value as number)),
          )
        : whole
      return narrow([start], conjuncts.get(row) ?? conjunctsOf(row.when)).filter((box) =>
        box.every((bits) => bits !== 0n),
      )
    },
  }
}

/** A record, and a moment, that lie in the box: the plainest, with as little in it as can be. */
export function sampleOf(
  domain: Domain,
  box: Box,
): { facts: Record<string, unknown>; at?: number; sure: boolean } {
  const facts: Record<string, unknown> = {}
  let at: number | undefined
  let sure = true
  domain.fields.forEach((field, index) => {
    const atoms = field.atoms.filter((_, bit) => (box[index]! >> BigInt(bit)) & 1n)
    const value = (atoms.find((atom) => atom.value === undefined) ?? atoms[0])?.value
    if (field.opaque && box[index] !== field.all) sure = false
    if (index === domain.dates) at = value as number
    else if (value !== undefined) put(facts, field.name, value)
  })
  return { facts, ...(at !== undefined && { at }), sure }
}

function cutField(
  name: string,
  fact: Fact | undefined,
  lists: (readonly unknown[])[],
): { field: Field; bits: bigint[] } {
  const patterns = lists.map((accepts) => compilePattern({ x: accepts }))
  const matchers = patterns.flatMap((pattern) =>
    pattern.branches.flatMap((branch) => branch.flatMap((part) => part.matchers)),
  )
  const verdicts = (value: unknown): bigint =>
    mask(patterns, (pattern) => pattern.matches(value === undefined ? {} : { x: value }))
  const values = valuesOf(fact, matchers)
  // One atom per combination of verdicts; the first value, the plainest, stands for it.
  const atoms = new Map<bigint, unknown>()
  const add = (key: bigint, value: unknown): void => {
    if (!atoms.has(key)) atoms.set(key, value)
  }
  if (values && fact?.type !== 'texts') {
    if (!fact?.always) add(verdicts(undefined), undefined)
    for (const value of values) add(verdicts(value), value)
  } else if (values) {
    unions(values.map((value) => [verdicts([value]), [value]])).forEach((list, key) => add(key, list))
    add(verdicts(undefined), undefined)
  } else {
    if (2 ** patterns.length > mostCombinations)
      throw new Undecidable(`too many kinds of conditions on ${name}`)
    for (let key = 0; key < 2 ** patterns.length; key++) atoms.set(BigInt(key), undefined)
  }
  const keys = [...atoms.keys()]
  return {
    field: {
      name,
      atoms: [...atoms.values()].map((value) => ({ value })),
      all: (1n << BigInt(keys.length)) - 1n,
      opaque: values === undefined,
    },
    bits: lists.map((_, list) => mask(keys, (key) => ((key >> BigInt(list)) & 1n) === 1n)),
  }
}

/** Every combination that a list of texts can satisfy: an entry satisfies a condition for the whole list. */
function unions(single: [bigint, unknown[]][]): Map<bigint, unknown[]> {
  const all = new Map(single)
  for (const [key, list] of all)
    for (const [other, more] of single)
      if (!all.has(key | other)) {
        if (all.size > mostCombinations) throw new Undecidable('too many kinds of lists')
        all.set(key | other, [...list, ...more])
      }
  return all
}

/** A value of every kind that the conditions can tell apart, plain ones first; undefined where that cannot be said. */
function valuesOf(fact: Fact | undefined, matchers: readonly Matcher[]): unknown[] | undefined {
  if (fact?.values) return [...fact.values]
  switch (fact?.type) {
    case 'flag':
      return [true, false]
    case 'number':
      return numbersOf(fact, matchers)
    case 'text':
    case 'texts':
      return textClasses(matchers, favouritesOf(fact))
    case undefined: {
      const texts = textClasses(matchers, [])
      return texts && [...texts, ...numbersOf(undefined, matchers), true, false, null]
    }
  }
}

const favouritesOf = (fact: Fact): string[] => [
  ...(typeof fact.example === 'string' ? [fact.example] : []),
  ...(fact.format === 'country' ? ['PL', 'US', 'JP'] : []),
]

function numbersOf(fact: Fact | undefined, matchers: readonly Matcher[]): number[] {
  const { least = -Infinity, most = Infinity, whole = false } = fact ?? {}
  const ends = new Set<number>()
  for (const matcher of matchers) {
    if (matcher.type === 'number') ends.add(matcher.value)
    else if (matcher.type === 'numeric')
      [matcher.low, matcher.high].filter(Number.isFinite).forEach((end) => ends.add(end))
    else if (matcher.type === 'anything-but' && matcher.of === 'number')
      matcher.numbers.forEach((end) => ends.add(end))
  }
  const sorted = [...ends, least, most].filter((end) => Number.isFinite(end)).sort((a, b) => a - b)
  if (sorted.length === 0) return [typeof fact?.example === 'number' ? fact.example : 1]
  const candidates = [
    sorted[0]! - 1,
    ...sorted.flatMap((end, index) => [end, ...between(end, sorted[index + 1], whole)]),
  ]
  return candidates.filter((value) => value >= least && value <= most && (!whole || Number.isInteger(value)))
}

function between(end: number, next: number | undefined, whole: boolean): number[] {
  if (next === undefined) return [whole ? Math.floor(end) + 1 : end + 1]
  if (!whole) return [(end + next) / 2]
  const value = Math.floor(end) + 1
  return value < next ? [value] : []
}

function datesOf(rows: readonly RowDefinition[]): Field | undefined {
  const ends = new Set(rows.flatMap((row) => [row.from, row.until].filter((end) => end !== undefined)))
  if (ends.size === 0) return undefined
  const sorted = [...ends].sort((a, b) => a - b)
  const atoms = [sorted[0]! - 86_400_000, ...sorted].map((value) => ({ value }))
  return { name: '(date)', atoms, all: (1n << BigInt(atoms.length)) - 1n, opaque: false }
}

const mask = <T>(items: readonly T[], holds: (item: T) => boolean): bigint =>
  items.reduce((bits, item, index) => (holds(item) ? bits | (1n << BigInt(index)) : bits), 0n)
