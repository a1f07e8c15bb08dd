/*
 * Static checks of a decision table, before it decides anything about anybody.
 *
 * What is claimed holds: a row is called unreachable, two rows are said to meet, a record is shown as a gap only when
 * that was decided on the exact domain of the table. What could not be decided is said as a note.
 */

import type { Company } from '../../company/company.ts'
import { SourceError, type Problem, type Source } from '../../source/source.ts'
import { checkCondition, type Report, type Standard } from './condition.ts'
import { checkHistory, type RowCounts } from './history.ts'
import { checkOutputs } from './output.ts'
import { checkReach } from './reach.ts'
import { checkTests } from './table-test.ts'
import { conjunctsOf } from '../condition.ts'
import { readTable, type TableDefinition, type TableTest } from '../definition.ts'
import type { Vocabulary } from '../fact/vocabulary.ts'
import { compileTable } from '../table.ts'

export interface TableCheck {
  /** in the order of the file */
  problems: Problem[]
  /** absent when the file could not be read */
  definition?: TableDefinition
  tests: number
}

export interface CheckOptions {
  /** what tables may be about, and ask */
  vocabulary: Vocabulary
  /** to find teams, people and queues that do not exist */
  company?: Company | undefined
  /** to find rows that never decided */
  history?: RowCounts | undefined
}

/** Checks one table. Never throws for what stands in the file: everything comes back as problems. */
export async function checkTable(source: Source, options: CheckOptions): Promise<TableCheck> {
  const { vocabulary, company } = options
  let definition: TableDefinition
  let tests: TableTest[]
  try {
    ;({ definition, tests } = readTable(source, vocabulary))
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { problems: inOrder(error.problems), tests: 0 }
  }
  const problems: Problem[] = []
  const report: Report = (path, { hint, ...found }) => {
    // A wrong name is the key itself; in expressions it is part of the value.
    const { code } = found
    const named = code === 'unknown-output' || (code === 'unknown-field' && !path.includes('then'))
    const place = source.locate(path, named ? 'key' : 'value')
    problems.push({ ...place, ...found, ...(hint && { hint }) })
  }
  const standard: Standard = { kind: definition.record, vocabulary, company }
  const sound = definition.rows.map((row, index) =>
    checkCondition(standard, conjunctsOf(row.when), ['rows', index, 'when'], report),
  )
  checkOutputs(definition, standard, report)
  checkReach(definition, sound, (name) => vocabulary.find(definition.record, name), report)
  // A table that is wrong in itself fails its tests for reasons that are told already.
  if (!problems.some((problem) => problem.severity === 'error'))
    await checkTests(compileTable(definition), tests, standard, report)
  if (options.history) checkHistory(definition, options.history, report)
  return { problems: inOrder(problems), definition, tests: tests.length }
}

const inOrder = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
