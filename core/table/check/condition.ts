import type { Company } from '../../company/company.ts'
import type { Problem } from '../../source/source.ts'
import { unknownFact } from './given.ts'
import { entryValueProblem } from './value.ts'
import type { Conjunct } from '../condition.ts'
import { article, type Vocabulary } from '../fact/vocabulary.ts'
import type { Fact } from '../../record/vocabulary.ts'
import { compilePattern, type Matcher } from '#pattern/pattern.ts'

type Path = (string | number)[]

/** What was found at a path of the file. */
export type Finding = Pick<Problem, 'severity' | 'code' | 'message'> & { hint?: string | undefined }
export type Report = (path: Path, finding: Finding) => void

/** What is said of a kind of record is checked against this. */
export interface Standard {
  kind: string
  vocabulary: Vocabulary
  /** whose forms, teams, people and queues are known */
  company: Company | undefined
}

/** Checks one row's conditions names of facts, types, values that are written. True when all is known. */
export function checkCondition(
  standard: Standard,
  conjuncts: readonly Conjunct[],
  path: Path,
  report: Report,
): boolean {
  return conjuncts
    .map((conjunct) => {
      if (conjunct.alternatives)
        return conjunct.alternatives
          .map((part) => checkCondition(standard, part, path, report))
          .every(Boolean)
      return checkField(standard, conjunct, [...path, ...conjunct.place], report)
    })
    .every(Boolean)
}

function checkField(standard: Standard, conjunct: Conjunct, path: Path, report: Report): boolean {
  const { kind, vocabulary, company } = standard
  const fact = vocabulary.find(kind, conjunct.name)
  if (!fact) {
    reportUnknownFact(standard, conjunct.name, path, report)
    return false
  }
  const { matchers } = compilePattern(conjunct.pattern).branches[0]![0]!
  // One entry of the list is one matcher, in the same order.
  return matchers
    .map((matcher, index) => {
      const problem = entryProblem(fact, matcher)
      if (problem) report([...path, index], { severity: 'error', ...problem })
      const value = problem ? undefined : entryValueProblem(fact, conjunct.accepts![index], matcher, company)
      if (value) {
        const { note, ...told } = value
        report([...path, index], { severity: note ? 'note' : 'error', ...told })
      }
      // What the domain of a row can hold is right all the same, unless its values are listed.
      return !problem && (!value || !fact.values)
    })
    .every(Boolean)
}

/** Says that there is no fact of this name, and which one was likely meant. */
export function reportUnknownFact(standard: Standard, name: string, path: Path, report: Report): void {
  report(path, { severity: 'error', ...unknownFact(standard, name) })
}

type EntryProblem = Omit<Finding, 'severity'>

function entryProblem(fact: Fact, matcher: Matcher): EntryProblem | undefined {
  if (matcher.type === 'exists')
    return fact.always
      ? {
          code: matcher.exists ? 'always-true' : 'contradiction',
          message: `"${fact.name}" is always there`,
          hint: matcher.exists ? 'remove the condition' : 'no record can match: remove it',
        }
      : undefined
  const asked = kindOf(matcher)
  if (matcher.type === 'equals' && matcher.value === null)
    return {
      code: 'wrong-type',
      message: `"${fact.name}" is never null`,
      hint: 'an unknown value is absent: write { exists: false }',
    }
  if (asked !== undefined && asked !== (fact.type === 'texts' ? 'text' : fact.type))
    return {
      code: 'wrong-type',
      message: `"${fact.name}" is ${article[fact.type]}, and this asks for ${article[asked]}`,
      hint: mend(fact, matcher),
    }
  return undefined
}

function kindOf(matcher: Matcher): 'text' | 'number' | 'flag' | undefined {
  switch (matcher.type) {
    case 'number':
    case 'numeric':
      return 'number'
    case 'equals':
      return typeof matcher.value === 'boolean' ? 'flag' : 'text'
    case 'anything-but':
      return matcher.of === 'number' ? 'number' : 'text'
    default:
      return 'text'
  }
}

function mend(fact: Fact, matcher: Matcher): string {
  if (matcher.type === 'equals' && fact.type === 'number' && Number.isFinite(Number(matcher.value)))
    return `write ${Number(matcher.value)} without quotation marks`
  if (
    matcher.type === 'equals' &&
    fact.type === 'flag' &&
    /^(true|false|yes|no)$/.test(String(matcher.value))
  )
    return `write ${/true|yes/.test(String(matcher.value))} without quotation marks`
  if (matcher.type === 'number' && fact.type !== 'flag') return `write "${matcher.text}" in quotation marks`
  if (fact.type === 'flag') return 'write [true] or [false]'
  if (fact.type === 'number') return "compare numbers, such as [{ numeric: ['>=', 500] }]"
  return 'write texts, such as [DE, AT] or [{ prefix: D }]'
}
