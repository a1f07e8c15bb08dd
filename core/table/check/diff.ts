/*
 * What changed between two versions of a table: in words, row by row, and as records that are now decided differently.
 *
 * The words compare what the rows ask for; the records are sought on the domain that both versions span and then
 * decided by both, so every record shown is really decided differently. Under `first` the search is exhaustive: no
 * record shown means that no record is decided differently, unless the report says that it gave up.
 */

import { conjunctsOf, type Conjunct } from '../condition.ts'
import { domainOf, sampleOf, Undecidable, type Box, type Domain } from './domain/domain.ts'
import { describeConjunct } from '../explain.ts'
import type { Vocabulary } from '../fact/vocabulary.ts'
import { common, meets, uncovered } from './domain/region.ts'
import type { Decision } from '../hit-policy.ts'
import { compileTable, isExpression } from '../table.ts'
import type { OutputValue, RowDefinition, TableDefinition } from '../definition.ts'

export interface TableDiff {
  /** sentences, in the order of the newer table */
  changes: string[]
  /** records that are decided differently, one per pair of rows */
  samples: DiffSample[]
  /** every pair of rows was looked at; otherwise more records may be decided differently */
  complete: boolean
}

export interface DiffSample {
  facts: Record<string, unknown>
  /** milliseconds, when dates of validity matter */
  at?: number
  before: Decision
  after: Decision
}

/** More records than this are not shown; they would not be read either. */
const mostSamples = 12

/** Compares two versions of a table. */
export async function diffTables(
  before: TableDefinition,
  after: TableDefinition,
  vocabulary: Vocabulary,
): Promise<TableDiff> {
  return { changes: changesOf(before, after), ...(await samplesOf(before, after, vocabulary)) }
}

function changesOf(before: TableDefinition, after: TableDefinition): string[] {
  const changes: string[] = []
  if (before.name !== after.name) changes.push(`decision: renamed from ${before.name} to ${after.name}`)
  if (before.record !== after.record) changes.push(`record: from ${before.record} to ${after.record}`)
  const policy = (table: TableDefinition): string =>
    [table.hitPolicy, table.aggregation].filter(Boolean).join(' ')
  if (policy(before) !== policy(after)) changes.push(`hit policy: from ${policy(before)} to ${policy(after)}`)
  changes.push(...outputChanges(before, after))
  const old = new Map(before.rows.map((row) => [row.id, row]))
  const kept = after.rows.filter((row) => old.has(row.id))
  const moved = hasOrder(after)
    ? movedRows(
        before.rows.map((row) => row.id),
        kept.map((row) => row.id),
      )
    : new Set()
  after.rows.forEach((row, index) => {
    const was = old.get(row.id)
    if (!was) {
      const asks = conjunctsOf(row.when).map(told)
      changes.push(
        `row ${row.id}: new${hasOrder(after) ? positionOf(after.rows, index) : ''}, ${asks.length > 0 ? `for ${asks.join(' and ')}` : 'for everything'} → ${given(row.then)}`,
      )
      return
    }
    if (moved.has(row.id)) changes.push(`row ${row.id}: moved${positionOf(after.rows, index)}`)
    changes.push(...rowChanges(was, row).map((change) => `row ${row.id}: ${change}`))
  })
  const now = new Set(after.rows.map((row) => row.id))
  for (const row of before.rows)
    if (!now.has(row.id))
      changes.push(
        `row ${row.id}: removed (was for ${conjunctsOf(row.when).map(told).join(' and ') || 'everything'} → ${given(row.then)})`,
      )
  changes.push(
    ...thenChanges(before.default?.then, after.default?.then).map((change) => `default: ${change}`),
  )
  return changes
}

const hasOrder = (table: TableDefinition): boolean =>
  table.hitPolicy === 'first' || table.hitPolicy === 'priority'

const positionOf = (rows: RowDefinition[], index: number): string =>
  index + 1 < rows.length ? ` before ${rows[index + 1]!.id}` : ' to the end'

function outputChanges(before: TableDefinition, after: TableDefinition): string[] {
  const old = new Map(before.outputs.map((output) => [output.name, output]))
  const names = new Set(after.outputs.map((output) => output.name))
  return [
    ...after.outputs.flatMap((output) => {
      const was = old.get(output.name)
      if (!was) return [`output ${output.name}: new`]
      const { about: _, ...a } = was
      const { about: __, ...b } = output
      return JSON.stringify(a) === JSON.stringify(b) ? [] : [`output ${output.name}: declared differently`]
    }),
    ...before.outputs
      .filter((output) => !names.has(output.name))
      .map((output) => `output ${output.name}: removed`),
  ]
}

function rowChanges(before: RowDefinition, after: RowDefinition): string[] {
  const changes: string[] = []
  const old = new Map(conjunctsOf(before.when).map((part) => [part.name, part]))
  const now = new Map(conjunctsOf(after.when).map((part) => [part.name, part]))
  for (const [name, part] of now) {
    const was = old.get(name)
    if (!was) changes.push(`asks in addition for ${told(part)}`)
    else if (JSON.stringify(was.pattern) !== JSON.stringify(part.pattern))
      changes.push(...partChanges(was, part))
  }
  for (const [name, part] of old) if (!now.has(name)) changes.push(`no longer asks for ${told(part)}`)
  changes.push(...thenChanges(before.then, after.then))
  for (const [word, a, b] of [
    ['from', before.from, after.from],
    ['until', before.until, after.until],
  ] as const)
    if (a !== b)
      changes.push(
        `${word === 'from' ? 'begins' : 'ends'} ${day(b) ?? 'at no date'} instead of ${day(a) ?? 'at no date'}`,
      )
  if (before.note !== after.note) changes.push('another note')
  return changes
}

function partChanges(before: Conjunct, after: Conjunct): string[] {
  const name = before.alternatives ? 'alternatives' : before.name
  const [words, otherwise] = [describeConjunct(before), describeConjunct(after)]
  if (
    !before.accepts?.every(isPlain) ||
    !after.accepts?.every(isPlain) ||
    before.accepts.length + after.accepts.length < 3
  )
    return words === otherwise ? [] : [`${name} from ${words} to ${otherwise}`]
  const added = after.accepts.filter((entry) => !before.accepts!.includes(entry))
  const dropped = before.accepts.filter((entry) => !after.accepts!.includes(entry))
  return [
    ...(added.length > 0 ? [`${name} also ${added.join(', ')}`] : []),
    ...(dropped.length > 0 ? [`${name} no longer ${dropped.join(', ')}`] : []),
  ]
}

function thenChanges(before: Then | undefined, after: Then | undefined): string[] {
  if (!before && !after) return []
  if (!before) return [`new → ${given(after!)}`]
  if (!after) return [`removed (was ${given(before)})`]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [a, b] = [before[name], after[name]]
    if (JSON.stringify(a) === JSON.stringify(b)) return []
    if (a === undefined) return [`${name} = ${shown(b!)} in addition`]
    return [b === undefined ? `no longer gives ${name}` : `${name} from ${shown(a)} to ${shown(b)}`]
  })
}

type Then = Record<string, OutputValue>

const shown = (value: OutputValue): string =>
  isExpression(value) ? `{% ${value.expression} %}` : String(value)
const given = (then: Then): string =>
  Object.entries(then)
    .map(([name, value]) => `${name} = ${shown(value)}`)
    .join(', ')
const told = (part: Conjunct): string =>
  part.alternatives ? describeConjunct(part) : `${part.name} ${describeConjunct(part)}`
const isPlain = (entry: unknown): boolean => typeof entry !== 'object' || entry === null
const day = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString()

/** The fewest rows that must be lifted out so that the others keep their order. */
function movedRows(before: string[], after: string[]): Set<string> {
  const place = new Map(before.map((id, index) => [id, index]))
  const longest: string[][] = []
  for (const [index, id] of after.entries()) {
    const chains = after
      .slice(0, index)
      .flatMap((earlier, at) => (place.get(earlier)! < place.get(id)! ? [longest[at]!] : []))
    longest.push([...chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []), id])
  }
  const stay = new Set(longest.reduce((best, chain) => (chain.length > best.length ? chain : best), []))
  return new Set(after.filter((id) => !stay.has(id)))
}

async function samplesOf(
  before: TableDefinition,
  after: TableDefinition,
  vocabulary: Vocabulary,
): Promise<Omit<TableDiff, 'changes'>> {
  if (before.record !== after.record) return { samples: [], complete: false }
  let domain: Domain
  let candidates: { boxes: Box[]; complete: boolean }
  try {
    const rows = [...before.rows, ...after.rows]
    domain = domainOf(rows, (name) => vocabulary.find(after.record, name))
    candidates = differences(domain, before, after)
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error
    return { samples: [], complete: false }
  }
  const [old, now] = [compileTable(before), compileTable(after)]
  const samples = new Map<string, DiffSample>()
  for (const box of candidates.boxes) {
    const { facts, at, sure } = sampleOf(domain, box)
    if (!sure) candidates.complete = false
    const [was, is] = [await old.decide(facts, at ?? 0), await now.decide(facts, at ?? 0)]
    if (JSON.stringify(was.outputs) === JSON.stringify(is.outputs) && was.matched === is.matched) continue
    const key = JSON.stringify([was.rows, is.rows])
    if (!samples.has(key))
      samples.set(key, { facts, ...(at !== undefined && { at }), before: was, after: is })
  }
  const all = [...samples.values()]
  return { samples: all.slice(0, mostSamples), complete: candidates.complete && all.length <= mostSamples }
}

/** Boxes in which the versions may decide differently: each is to be tried. */
function differences(
  domain: Domain,
  before: TableDefinition,
  after: TableDefinition,
): { boxes: Box[]; complete: boolean } {
  const ranked = before.hitPolicy === 'first' && after.hitPolicy === 'first'
  const old = layers(domain, before)
  const now = layers(domain, after)
  const boxes: Box[] = []
  let complete = ranked
  for (const was of old)
    for (const is of now) {
      if (ranked && JSON.stringify(was.then) === JSON.stringify(is.then)) continue
      if (!ranked && was.id !== is.id) continue
      for (const a of was.boxes)
        for (const b of is.boxes) {
          if (ranked && meets(a, b)) {
            const result = uncovered(common(a, b), [...was.earlier, ...is.earlier])
            if (result.found === 'rest') boxes.push(result.rest)
            if (result.found === 'too-long') complete = false
          }
          if (!ranked)
            boxes.push(...parts(a, is.boxes), ...parts(b, was.boxes), ...(meets(a, b) ? [common(a, b)] : []))
        }
    }
  if (!ranked) {
    const ids = (layer: Layer[]): Set<string> => new Set(layer.map((each) => each.id))
    const [oldIds, newIds] = [ids(old), ids(now)]
    for (const layer of [...old, ...now])
      if (!oldIds.has(layer.id) || !newIds.has(layer.id)) boxes.push(...layer.boxes)
  }
  return { boxes, complete }
}

interface Layer {
  id: string
  boxes: Box[]
  /** boxes of the rows before it */
  earlier: Box[]
  then: Then | undefined
}

/** The rows, and the default as a last row that matches everything. */
function layers(domain: Domain, table: TableDefinition): Layer[] {
  const earlier: Box[] = []
  const rows = table.rows.map((row): Layer => {
    const layer = { id: row.id, boxes: domain.boxesOf(row), earlier: [...earlier], then: row.then }
    earlier.push(...layer.boxes)
    return layer
  })
  return [...rows, { id: 'default', boxes: [domain.whole], earlier, then: table.default?.then }]
}

const parts = (box: Box, minus: readonly Box[]): Box[] => {
  const result = uncovered(box, minus)
  return result.found === 'rest' ? [result.rest] : []
}
