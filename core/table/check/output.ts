import type { Company } from '../../company/company.ts'
import { nearest } from '../../source/source.ts'
import { reportUnknownFact, type Report, type Standard } from './condition.ts'
import { conjunctsOf } from '../condition.ts'
import { expressionFacts } from '../expression.ts'
import { isExpression } from '../table.ts'
import type { OutputValue, TableDefinition } from '../definition.ts'
import { outputProblem } from '../output.ts'

/** Checks what rows and default give: declared names, types, allowed values, people and teams that exist. */
export function checkOutputs(definition: TableDefinition, standard: Standard, report: Report): void {
  const { kind, vocabulary, company } = standard
  definition.rows.forEach((row, index) => check(row.then, ['rows', index, 'then'], `row "${row.id}"`))
  if (definition.default) check(definition.default.then, ['default'], 'the default')
  checkCalendar(definition, company, report)
  for (const { name, type, oneOf = [] } of definition.outputs)
    oneOf.forEach((value, index) => {
      const problem = staffProblem(company, type, value)
      if (problem)
        report(['outputs', name, 'oneOf', index], {
          severity: 'error',
          code: 'wrong-output',
          message: problem,
        })
    })

  function check(then: Record<string, OutputValue>, path: (string | number)[], who: string): void {
    for (const output of definition.outputs)
      if (!output.optional && !Object.hasOwn(then, output.name))
        report(path, {
          severity: 'error',
          code: 'output-missing',
          message: `${who} gives no "${output.name}"`,
          hint: `add "${output.name}:", or declare it "optional: true"`,
        })
    for (const [name, value] of Object.entries(then)) {
      const output = definition.outputs.find((declared) => declared.name === name)
      if (!output) {
        const near = nearest(
          name,
          definition.outputs.map((declared) => declared.name),
        )
        report([...path, name], {
          severity: 'error',
          code: 'unknown-output',
          message: `"${name}" is no output of this table`,
          hint: near ? `did you mean "${near}"?` : 'declare it under "outputs:"',
        })
      } else if (isExpression(value)) {
        checkExpression(value.expression, [...path, name])
      } else {
        const problem = outputProblem(output, value) ?? staffProblem(company, output.type, value)
        if (problem) report([...path, name], { severity: 'error', code: 'wrong-output', message: problem })
      }
    }
  }

  function checkExpression(expression: string, path: (string | number)[]): void {
    const facts = vocabulary.factsOf(kind)
    const roots = new Set(facts.map((fact) => fact.name.split('.')[0]))
    for (const name of expressionFacts(expression)) {
      // A part of the facts, such as `lead` in $exists(lead), and names inside of functions are no facts themselves.
      if (facts.some((fact) => fact.name.startsWith(`${name}.`))) continue
      const fact = vocabulary.find(kind, name)
      if (!fact && (name.includes('.') || !roots.has(name))) reportUnknownFact(standard, name, path, report)
      if (fact?.personal)
        report(path, {
          severity: 'error',
          code: 'personal-output',
          message: `"${name}" is personal, and outputs are kept in the history`,
          hint: 'compute from facts that are not personal',
        })
    }
  }
}

/** Whose opening hours? A table that asks for the time of day has to say it. */
function checkCalendar(definition: TableDefinition, company: Company | undefined, report: Report): void {
  const { calendar } = definition
  const computed = [...definition.rows.map((row) => row.then), definition.default?.then ?? {}].flatMap(
    (then) =>
      Object.values(then).flatMap((value) => (isExpression(value) ? expressionFacts(value.expression) : [])),
  )
  const asked = definition.rows.flatMap((row) => conjunctsOf(row.when).flatMap((conjunct) => conjunct.paths))
  const now = [...asked, ...computed].find((name) => name.startsWith('now.'))
  if (now !== undefined && calendar === undefined)
    report(['record'], {
      severity: 'error',
      code: 'calendar-missing',
      message: `"${now}" needs a calendar to be judged by`,
      hint: 'add "calendar:" with a name from company/calendars.yaml',
    })
  if (calendar === undefined || !company || Object.hasOwn(company.calendars, calendar)) return
  const near = nearest(calendar, Object.keys(company.calendars))
  report(['calendar'], {
    severity: 'error',
    code: 'unknown-calendar',
    message: `there is no calendar "${calendar}" in company/`,
    hint: near ? `did you mean "${near}"?` : undefined,
  })
}

function staffProblem(company: Company | undefined, type: string, value: unknown): string | undefined {
  if (!company || typeof value !== 'string') return undefined
  const known = { team: company.teams, person: company.people, queue: company.queues }[type] as
    | object
    | undefined
  if (!known || Object.hasOwn(known, value)) return undefined
  const near = nearest(value, Object.keys(known))
  return `there is no ${type} "${value}" in company/${near ? `; did you mean "${near}"?` : ''}`
}
