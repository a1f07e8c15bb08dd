/*
 * What a row of a table says by itself: conditions that nothing satisfies, lists that everything satisfies. How rows meet
 * each other is in reach.ts.
 */

import { conjunctsOf, type Conjunct } from '../condition.ts'
import type { Box, Domain } from './domain/domain.ts'
import type { Report } from './condition.ts'
import type { RowDefinition, TableDefinition } from '../definition.ts'

/** The rows of a table on its domain: the boxes of a row hold what it matches. */
export interface RowDomain {
  definition: TableDefinition
  domain: Domain
  boxes: ReadonlyMap<RowDefinition, Box[]>
  report: Report
}

/** The place of a row in its file. */
export const pathOf = ({ definition }: RowDomain, row: RowDefinition): (string | number)[] => [
  'rows',
  definition.rows.indexOf(row),
]

/** Reports conditions that no value satisfies, or that exclude each other. True when the row can never match. */
export function checkContradiction(table: RowDomain, row: RowDefinition): boolean {
  const { domain, report } = table
  const conjuncts = conjunctsOf(row.when)
  let told = false
  const inspect = (parts: typeof conjuncts, alternative: boolean): void => {
    for (const part of parts) {
      if (part.alternatives) part.alternatives.forEach((each) => inspect(each, true))
      else {
        const path = [...pathOf(table, row), 'when', ...part.place]
        if (domain.bitsOf(part.name, part.accepts!) === 0n) {
          told = true
          report(path, {
            severity: 'error',
            code: 'contradiction',
            message: `no value of "${part.name}" satisfies this`,
            hint: alternative
              ? 'remove this alternative'
              : `row "${row.id}" can never match: mend the condition or remove the row`,
          })
        } else if (part.accepts!.length > 1 && part.accepts!.length <= 50) {
          part.accepts!.forEach((entry, at) => {
            if (domain.bitsOf(part.name, [entry]) === 0n)
              report([...path, at], {
                severity: 'error',
                code: 'contradiction',
                message: `no value of "${part.name}" satisfies this entry`,
                hint: 'remove it from the list',
              })
          })
        }
      }
    }
  }
  inspect(conjuncts, false)
  if (table.boxes.get(row)!.length > 0) return false
  if (!told)
    report(pathOf(table, row), {
      severity: 'error',
      code: 'contradiction',
      message: `the conditions of row "${row.id}" exclude each other: it can never match`,
    })
  return true
}

/**
 * One entry of a list is enough, so entries such as "not A" and "not B" together accept everything: whoever writes them
 * means both at once. A list of plain values may name all of them on purpose.
 */
export function checkAlwaysTrue(table: RowDomain, row: RowDefinition): void {
  const { domain, report } = table
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
      report([...pathOf(table, row), 'when', ...place], {
        severity: 'error',
        code: 'always-true',
        message: `whatever "${name}" is, one of these entries holds`,
        hint: togetherHint(accepts),
      })
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
