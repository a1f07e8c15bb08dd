import type { Company } from '../../company/company.ts'
import { nearest } from '../../source/source.ts'
import type { Standard } from './condition.ts'
import { valueProblem } from './value.ts'
import { article, type Vocabulary } from '../fact/vocabulary.ts'
import type { Fact } from '../../record/vocabulary.ts'

export interface GivenProblem {
  /** the fact's name */
  name: string
  code: string
  message: string
  hint?: string | undefined
}

/** What is wrong with the facts of a test or a record: names that no fact has, values that it cannot have. Null is unknown. */
export function givenProblems(standard: Standard, given: object): GivenProblem[] {
  const { kind, vocabulary, company } = standard
  // Fields of a whole record that no table asks about.
  const leftOut = Object.keys(vocabulary.leftOutOf(kind))
  return leaves(given).flatMap(([name, value]): GivenProblem[] => {
    if (value === null || leftOut.some((field) => name === field || name.startsWith(`${field}.`))) return []
    const fact = vocabulary.find(kind, name)
    const problem = fact ? typeProblem(fact, value, company) : unknownFact(standard, name)
    return problem ? [{ name, ...problem }] : []
  })
}

/** Says that there is no fact of this name, and which one was likely meant. */
export function unknownFact({ kind, vocabulary }: Standard, name: string): Omit<GivenProblem, 'name'> {
  const near = nearest(
    name,
    vocabulary.factsOf(kind).map((fact) => fact.name),
  )
  return {
    code: 'unknown-field',
    message: `there is no fact "${name}" for a table about ${kind}`,
    hint: near ? `did you mean "${near}"?` : whereKnown(vocabulary, name),
  }
}

function whereKnown({ kinds, find }: Vocabulary, name: string): string {
  const owner = kinds.find((kind) => name.startsWith(`${kind}.`) && find(kind, name))
  const elsewhere = owner ?? kinds.find((kind) => find(kind, name))
  return elsewhere ? `it is a fact of tables with "record: ${elsewhere}"` : 'docs/rules.md lists every fact'
}

function typeProblem(
  fact: Fact,
  value: unknown,
  company: Company | undefined,
): Omit<GivenProblem, 'name'> | undefined {
  const cannot = `"${fact.name}" cannot be ${JSON.stringify(value)}`
  const wrong = (hint?: string): Omit<GivenProblem, 'name'> => ({
    code: 'wrong-type',
    message: `${cannot}: it is ${article[fact.type]}`,
    hint,
  })
  switch (fact.type) {
    case 'number': {
      if (typeof value !== 'number')
        return wrong(isNumeric(value) ? `write ${Number(value)} without quotation marks` : undefined)
      const { whole, least = -Infinity, most = Infinity } = fact
      if ((whole && !Number.isInteger(value)) || value < least || value > most)
        return { code: 'wrong-type', message: cannot, hint: boundsOf(fact) }
      return undefined
    }
    case 'flag':
      return typeof value === 'boolean' ? undefined : wrong('write true or false without quotation marks')
    case 'texts':
      return Array.isArray(value) && value.every((each) => typeof each === 'string' || each === null)
        ? undefined
        : wrong('write texts in [ ]')
    case 'text': {
      if (typeof value !== 'string')
        return wrong(typeof value === 'number' ? `write "${value}" in quotation marks` : undefined)
      const problem = valueProblem(fact, value, company)
      return problem?.note ? undefined : problem
    }
  }
}

const isNumeric = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))

const boundsOf = ({ whole, least, most }: Fact): string =>
  `it is a${whole ? ' whole' : ''} number${least === undefined ? '' : ` from ${least}`}${most === undefined ? '' : ` to ${most}`}`

/** The scalar values of facts by dotted names; lists count as one value. */
export function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
}
