// What the rows of a table do to each other: rows that cannot fire, rows that meet though they must not, records that
// no row takes. Everything is decided on the table's domain; what the domain leaves open is said as a note.

import { conjunctsOf, type Conjunct } from '../condition.ts'
import { common, meets, uncovered } from './domain/region.ts'
import { domainOf, sampleOf, Undecidable, type Box, type Domain } from './domain/domain.ts'
import type { Report } from './condition.ts'
import { isExpression } from '../table.ts'
import type { RowDefinition, TableDefinition } from '../definition.ts'

/** Of one row so many overlaps are told. */
const mostOverlaps = 3

/** Reports unreachable rows, contradictions, overlaps and gaps. `sound` tells which rows have only known facts. */
export function checkReach(definition: TableDefinition, sound: readonly boolean[], report: Report): void {
  const rows = definition.rows.filter((_, index) => sound[index])
  let domain: Domain
  let boxes: Map<RowDefinition, Box[]>
  try {
    domain = domainOf(definition.record, rows)
    boxes = new Map(rows.map((row) => [row, domain.boxesOf(row)]))
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error
    report(
      ['rows'],
      'note',
      'undecided',
      `whether rows cover each other could not be decided: ${error.message}`,
    )
    return
  }
  const place = (row: RowDefinition): number => definition.rows.indexOf(row)
  const contradictory = new Set(
    rows.filter((row) => checkContradiction(domain, row, boxes.get(row)!, place(row), report)),
  )
  for (const row of rows) checkAlwaysTrue(domain, row, place(row), report)
  const alive = rows.filter((row) => !contradictory.has(row))
  const undecided = new Set<string>()

  const { hitPolicy } = definition
  if (hitPolicy === 'first' || hitPolicy === 'priority')
    for (const row of alive) {
      const stronger = alive.filter((other) => beats(definition, other, row))
      checkReachable(boxes, row, stronger, place(row), report, undecided)
    }
  if (hitPolicy === 'unique' || hitPolicy === 'any')
    alive.forEach((row, index) => {
      let found = 0
      for (const other of alive.slice(0, index)) {
        // More would say the same again.
        if (found === mostOverlaps) break
        if (checkOverlap(definition, domain, boxes, other, row, place(row), report, undecided)) found++
      }
    })
  // A row with unknown facts covers something that cannot be told, so gaps are sought when all are known.
  if (hitPolicy !== 'collect' && !definition.default && rows.length === definition.rows.length)
    checkGap(
      domain,
      alive.flatMap((row) => boxes.get(row)!),
      report,
      undecided,
    )
  for (const what of undecided) report(['rows'], 'note', 'undecided', `could not be decided: ${what}`)
}

/** Whether `other` decides whenever both match. */
function beats(definition: TableDefinition, other: RowDefinition, row: RowDefinition): boolean {
  if (other === row) return false
  const earlier = definition.rows.indexOf(other) < definition.rows.indexOf(row)
  if (definition.hitPolicy === 'first') return earlier
  for (const output of definition.outputs.filter((each) => each.oneOf)) {
    const [a, b] = [other.then[output.name], row.then[output.name]]
    if ((a !== undefined && isExpression(a)) || (b !== undefined && isExpression(b))) return false
    const [rankA, rankB] = [a, b].map((value) => {
      const rank = output.oneOf!.indexOf(value as string)
      return rank < 0 ? Infinity : rank
    })
    if (rankA !== rankB) return rankA! < rankB!
  }
  return earlier
}

function checkReachable(
  boxes: Map<RowDefinition, Box[]>,
  row: RowDefinition,
  stronger: RowDefinition[],
  index: number,
  report: Report,
  undecided: Set<string>,
): void {
  const mine = boxes.get(row)!
  const theirs = stronger.flatMap((other) => boxes.get(other)!)
  const results = mine.map((box) => uncovered(box, theirs))
  if (results.some((result) => result.found === 'too-long'))
    undecided.add(`whether row "${row.id}" can ever decide`)
  if (results.some((result) => result.found !== 'nothing')) return
  const cover = fewest(boxes, mine, stronger)
  const names = `${cover
    .slice(0, 4)
    .map((other) => `"${other.id}" (line ${other.line})`)
    .join(' and ')}${cover.length > 4 ? ' and others' : ''}`
  report(
    ['rows', index],
    'error',
    'unreachable-row',
    `row "${row.id}" can never decide: ${names} ${cover.length > 1 ? 'take' : 'takes'} everything that it matches`,
    cover.length === 1
      ? `move it before "${cover[0]!.id}", or narrow "${cover[0]!.id}"`
      : 'move it before them, or remove it',
  )
}

/** Only those that take part are named: the fewer, the easier to mend. */
function fewest(
  boxes: Map<RowDefinition, Box[]>,
  mine: readonly Box[],
  stronger: readonly RowDefinition[],
): RowDefinition[] {
  const covers = (rows: readonly RowDefinition[]): boolean => {
    const theirs = rows.flatMap((row) => boxes.get(row)!)
    return mine.every((box) => uncovered(box, theirs).found === 'nothing')
  }
  let cover = stronger.filter((row) => boxes.get(row)!.some((box) => mine.some((each) => meets(box, each))))
  const alone = cover.find((row) => covers([row]))
  if (alone) return [alone]
  // Beyond, finding out takes longer than it helps.
  if (cover.length > 30) return cover
  for (const row of cover) {
    const without = cover.filter((each) => each !== row)
    if (covers(without)) cover = without
  }
  return cover
}

function checkOverlap(
  definition: TableDefinition,
  domain: Domain,
  boxes: Map<RowDefinition, Box[]>,
  other: RowDefinition,
  row: RowDefinition,
  index: number,
  report: Report,
  undecided: Set<string>,
): boolean {
  const any = definition.hitPolicy === 'any'
  if (any && JSON.stringify(other.then) === JSON.stringify(row.then) && !computes(row)) return false
  const shared = boxes.get(row)!.flatMap((box) =>
    boxes
      .get(other)!
      .filter((each) => meets(box, each))
      .map((each) => common(box, each)),
  )
  if (shared.length === 0) return false
  const samples = shared.map((box) => sampleOf(domain, box))
  const sample = samples.find((each) => each.sure)
  if (!sample) {
    undecided.add(`whether rows "${other.id}" and "${row.id}" can match together`)
    return false
  }
  if (any && (computes(row) || computes(other))) {
    undecided.add(`whether rows "${other.id}" and "${row.id}" compute the same where they match together`)
    return false
  }
  report(
    ['rows', index],
    'error',
    'overlap',
    `rows "${other.id}" (line ${other.line}) and "${row.id}" both match ${told(sample)}${any ? ', with different outputs' : ''}`,
    any
      ? 'give both the same outputs there, or narrow one'
      : 'narrow one of them, or write "hitPolicy: first" if the order is to decide',
  )
  return true
}

function checkGap(domain: Domain, boxes: Box[], report: Report, undecided: Set<string>): void {
  const result = uncovered(domain.whole, boxes)
  if (result.found === 'nothing') return
  const sample = result.found === 'rest' ? sampleOf(domain, result.rest) : undefined
  if (!sample?.sure) {
    undecided.add('whether every record is matched by some row')
    return
  }
  report(
    ['rows'],
    'error',
    'gap',
    `no row matches ${told(sample)}`,
    'add a row for it, or a "default:" with the outputs for everything else',
  )
}

function checkContradiction(
  domain: Domain,
  row: RowDefinition,
  boxes: readonly Box[],
  index: number,
  report: Report,
): boolean {
  const conjuncts = conjunctsOf(row.when)
  let told = false
  const inspect = (parts: typeof conjuncts, alternative: boolean): void => {
    for (const part of parts) {
      if (part.alternatives) part.alternatives.forEach((each) => inspect(each, true))
      else {
        const path = ['rows', index, 'when', ...part.place]
        if (domain.bitsOf(part.name, part.accepts!) === 0n) {
          told = true
          report(
            path,
            'error',
            'contradiction',
            `no value of "${part.name}" satisfies this`,
            alternative
              ? 'remove this alternative'
              : `row "${row.id}" can never match: mend the condition or remove the row`,
          )
        } else if (part.accepts!.length > 1 && part.accepts!.length <= 50) {
          part.accepts!.forEach((entry, at) => {
            if (domain.bitsOf(part.name, [entry]) === 0n)
              report(
                [...path, at],
                'error',
                'contradiction',
                `no value of "${part.name}" satisfies this entry`,
                'remove it from the list',
              )
          })
        }
      }
    }
  }
  inspect(conjuncts, false)
  if (boxes.length > 0) return false
  if (!told)
    report(
      ['rows', index],
      'error',
      'contradiction',
      `the conditions of row "${row.id}" exclude each other: it can never match`,
    )
  return true
}

/**
 * One entry of a list is enough, so entries such as "not A" and "not B" together accept everything: whoever writes them
 * means both at once. A list of plain values may name all of them on purpose.
 */
function checkAlwaysTrue(domain: Domain, row: RowDefinition, index: number, report: Report): void {
  const inspect = (parts: readonly Conjunct[]): void => {
    for (const { alternatives, accepts = [], name, place } of parts) {
      alternatives?.forEach(inspect)
      const field = domain.fields.find((each) => each.name === name)
      const ranges = accepts.filter(
        (entry) => operatorOf(entry) === 'anything-but' || operatorOf(entry) === 'numeric',
      )
      if (!field || field.opaque || accepts.length < 2 || ranges.length === 0) continue
      const known = field.atoms.reduce(
        (bits, atom, bit) => (atom.value === undefined ? bits : bits | (1n << BigInt(bit))),
        0n,
      )
      const covers = (list: readonly unknown[]): boolean => (domain.bitsOf(name, list) & known) === known
      if (!covers(accepts) || accepts.some((entry) => covers([entry]))) continue
      report(
        ['rows', index, 'when', ...place],
        'error',
        'always-true',
        `whatever "${name}" is, one of these entries holds`,
        togetherHint(accepts),
      )
    }
  }
  inspect(conjunctsOf(row.when))
}

const operatorOf = (entry: unknown): string | undefined =>
  typeof entry === 'object' && entry !== null ? Object.keys(entry)[0] : undefined

function togetherHint(accepts: readonly unknown[]): string {
  const excluded = accepts.map((entry) => (entry as { 'anything-but'?: unknown } | null)?.['anything-but'])
  if (excluded.every((each) => each !== undefined && (typeof each !== 'object' || Array.isArray(each))))
    return `to exclude all of them write one: [{ anything-but: [${excluded.flat().join(', ')}] }]`
  if (accepts.every((entry) => operatorOf(entry) === 'numeric'))
    return `to ask for both write one range, such as [{ numeric: ['>=', 5, '<', 10] }]`
  return 'write what is meant as one entry, or [{ exists: true }] for any value'
}

const computes = (row: RowDefinition): boolean => Object.values(row.then).some(isExpression)

const told = (sample: { facts: Record<string, unknown>; at?: number }): string =>
  `${Object.keys(sample.facts).length > 0 ? JSON.stringify(sample.facts) : 'a record of which nothing is known'}${sample.at === undefined ? '' : ` at ${new Date(sample.at).toISOString()}`}`
