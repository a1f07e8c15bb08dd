/*
 * What the rows of a table do to each other: rows that cannot fire, rows that meet though they must not, records that
 * no row takes. Everything is decided on the table's domain; what the domain leaves open is said as a note.
 */

import { common, meets, uncovered } from './domain/region.ts'
import { domainOf, sampleOf, Undecidable, type Box, type FactNamed } from './domain/domain.ts'
import type { Report } from './condition.ts'
import { checkAlwaysTrue, checkContradiction, pathOf, type RowDomain } from './row.ts'
import { isExpression } from '../table.ts'
import type { RowDefinition, TableDefinition } from '../definition.ts'

/** Of one row so many overlaps are told. */
const mostOverlaps = 3

/** Reports unreachable rows, contradictions, overlaps and gaps. `sound` tells which rows have only known facts. */
export function checkReach(
  definition: TableDefinition,
  sound: readonly boolean[],
  factNamed: FactNamed,
  report: Report,
): void {
  const rows = definition.rows.filter((_, index) => sound[index])
  const table = layOut(definition, rows, factNamed, report)
  if (!table) return
  const contradictory = new Set(rows.filter((row) => checkContradiction(table, row)))
  for (const row of rows) checkAlwaysTrue(table, row)
  const alive = rows.filter((row) => !contradictory.has(row))

  const { hitPolicy } = definition
  if (hitPolicy === 'first' || hitPolicy === 'priority')
    for (const row of alive) {
      const stronger = alive.filter((other) => beats(definition, other, row))
      checkReachable(table, row, stronger)
    }
  if (hitPolicy === 'unique' || hitPolicy === 'any')
    alive.forEach((row, index) => {
      let found = 0
      for (const other of alive.slice(0, index)) {
        // More would say the same again.
        if (found === mostOverlaps) break
        if (checkOverlap(table, other, row)) found++
      }
    })
  // A row with unknown facts covers something that cannot be told, so gaps are sought when all are known.
  if (hitPolicy !== 'collect' && !definition.default && rows.length === definition.rows.length)
    checkGap(table, alive)
  for (const what of table.undecided)
    report(['rows'], { severity: 'note', code: 'undecided', message: `could not be decided: ${what}` })
}

/** A table whose rows were laid out, and what cannot be decided about them, in words. */
type DomainTable = RowDomain & { undecided: Set<string> }

function layOut(
  definition: TableDefinition,
  rows: readonly RowDefinition[],
  factNamed: FactNamed,
  report: Report,
): DomainTable | undefined {
  try {
    const domain = domainOf(rows, factNamed)
    const boxes = new Map(rows.map((row) => [row, domain.boxesOf(row)]))
    return { definition, domain, boxes, report, undecided: new Set() }
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error
    report(['rows'], {
      severity: 'note',
      code: 'undecided',
      message: `whether rows cover each other could not be decided: ${error.message}`,
    })
    return undefined
  }
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

function checkReachable(table: DomainTable, row: RowDefinition, stronger: readonly RowDefinition[]): void {
  const { boxes, report, undecided } = table
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
  report(pathOf(table, row), {
    severity: 'error',
    code: 'unreachable-row',
    message: `row "${row.id}" can never decide: ${names} ${cover.length > 1 ? 'take' : 'takes'} everything that it matches`,
    hint:
      cover.length === 1
        ? `move it before "${cover[0]!.id}", or narrow "${cover[0]!.id}"`
        : 'move it before them, or remove it',
  })
}

/** Only those that take part are named: the fewer, the easier to mend. */
function fewest(
  boxes: ReadonlyMap<RowDefinition, Box[]>,
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

function checkOverlap(table: DomainTable, other: RowDefinition, row: RowDefinition): boolean {
  const { definition, domain, boxes, report, undecided } = table
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
  report(pathOf(table, row), {
    severity: 'error',
    code: 'overlap',
    message: `rows "${other.id}" (line ${other.line}) and "${row.id}" both match ${told(sample)}${any ? ', with different outputs' : ''}`,
    hint: any
      ? 'give both the same outputs there, or narrow one'
      : 'narrow one of them, or write "hitPolicy: first" if the order is to decide',
  })
  return true
}

function checkGap({ domain, boxes, report, undecided }: DomainTable, rows: readonly RowDefinition[]): void {
  const result = uncovered(
    domain.whole,
    rows.flatMap((row) => boxes.get(row)!),
  )
  if (result.found === 'nothing') return
  const sample = result.found === 'rest' ? sampleOf(domain, result.rest) : undefined
  if (!sample?.sure) {
    undecided.add('whether every record is matched by some row')
    return
  }
  report(['rows'], {
    severity: 'error',
    code: 'gap',
    message: `no row matches ${told(sample)}`,
    hint: 'add a row for it, or a "default:" with the outputs for everything else',
  })
}

const computes = (row: RowDefinition): boolean => Object.values(row.then).some(isExpression)

const told = (sample: { facts: Record<string, unknown>; at?: number }): string =>
  `${Object.keys(sample.facts).length > 0 ? JSON.stringify(sample.facts) : 'a record of which nothing is known'}${sample.at === undefined ? '' : ` at ${new Date(sample.at).toISOString()}`}`
