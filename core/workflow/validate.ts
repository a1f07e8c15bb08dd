import type { Company } from '../company/company.ts'
import type { MessageDefinition } from '../message/template/definition.ts'
import { messageFacts } from '../message/template/fact.ts'
import { checkCondition } from '../table/check/condition.ts'
import { conjunctsOf } from '../table/condition.ts'
import { findFact } from '../table/fact/fact.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { PatternError } from '#pattern/syntax/fault.ts'
import type { TableDefinition } from '../table/definition.ts'
import { nearest, readSource, SourceError, type Problem, type Source } from '../source/source.ts'
import { stepSchemas, verbs, workflowHead, type Verb, type WorkflowHead } from './schema.ts'

/** What a workflow may refer to. */
export interface WorkflowContext {
  company: Company
  tables: Readonly<Record<string, TableDefinition>>
  messages: Readonly<Record<string, MessageDefinition>>
}

/** A step as it was written: one of the verbs with its value. */
export interface WrittenStep {
  verb: Verb
  value: string
  message?: string
}

export interface WrittenWorkflow extends Omit<WorkflowHead, 'steps'> {
  steps: WrittenStep[]
}

type Path = (string | number)[]
type Tell = (path: Path, code: string, message: string, hint?: string) => void

/**
 * Reads a workflow and checks everything that can be known before it runs. Throws SourceError with every problem at
 * its place.
 */
export function readWorkflow(source: Source, context: WorkflowContext): WrittenWorkflow {
  const head = readSource(source, workflowHead)
  const problems: Problem[] = []
  const tell: Tell = (path, code, text, hint) =>
    problems.push({
      ...source.locate(path),
      severity: 'error',
      code,
      message: text,
      ...(hint && { hint }),
    })

  const steps = head.steps.map((_, i) => readStep(source, i, problems))
  const baseName = /([^/\\]+)\.ya?ml$/.exec(source.file)?.[1]
  if (baseName !== undefined && baseName !== head.workflow)
    tell(['workflow'], 'wrong-name', `the workflow is called "${head.workflow}", its file "${baseName}"`)
  checkPattern(head.when, 'when', context.company, tell)
  if (head.until) checkPattern(head.until, 'until', context.company, tell)
  checkName(head.lastResort, context.company.queues, ['lastResort'], 'queue', tell)

  const whole = steps.filter((step) => step !== undefined)
  for (const [i, step] of steps.entries()) if (step) checkReferences(step, ['steps', i], context, tell)
  if (whole.length === steps.length) checkOrder(whole, tell)
  if (problems.length) throw new SourceError(problems)
  return { ...head, steps: whole }
}

function readStep(source: Source, index: number, problems: Problem[]): WrittenStep | undefined {
  const path: Path = ['steps', index]
  const written = source.value as { steps: Record<string, unknown>[] }
  const value = written.steps[index]!
  const names = Object.keys(value)
  const verb = verbs.find((known) => names.includes(known))
  if (!verb) {
    const near = names.map((given) => nearest(given, verbs)).find((found) => found !== undefined)
    problems.push({
      ...source.locate(path),
      severity: 'error',
      code: 'unknown-step',
      message: `unknown step "${names[0] ?? ''}"; a step is one of ${verbs.join(', ')}`,
      ...(near && { hint: `did you mean "${near}"?` }),
    })
    return undefined
  }
  try {
    const part: Source = { ...source, value, locate: (inner, at) => source.locate([...path, ...inner], at) }
    const read = readSource<Record<string, string>>(part, stepSchemas[verb])
    return { verb, value: read[verb]!, ...(read.message && { message: read.message }) }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    for (const problem of error.problems) problems.push(withMessageHint(problem, value))
    return undefined
  }
}

function withMessageHint(problem: Problem, value: Record<string, unknown>): Problem {
  if (!problem.message.startsWith('message:') || typeof value.message === 'string') return problem
  return { ...problem, code: 'no-message', message: 'a step "tell" needs a message' }
}

function checkReferences(step: WrittenStep, path: Path, context: WorkflowContext, tell: Tell): void {
  const { company } = context
  const at = [...path, step.verb]
  if (step.verb === 'queue') checkName(step.value, company.queues, at, 'queue', tell)
  if (step.verb === 'tell' && !roles.includes(step.value))
    checkName(step.value, company.people, at, 'person', tell, roles)
  if (step.verb === 'tell') checkMessage(step.message!, [...path, 'message'], context, tell)
  if (step.verb === 'route') {
    checkName(step.value, context.tables, at, 'decision table', tell)
    const table = context.tables[step.value]
    if (table) checkTable(table, company, at, tell)
  }
}

const roles = ['owner', 'manager', 'watchers']

/** A step can give a message what the product's own doors know of a lead, and nothing of a merge or of the watchdog. */
function checkMessage(name: string, path: Path, { messages }: WorkflowContext, tell: Tell): void {
  const message = Object.hasOwn(messages, name) ? messages[name] : undefined
  if (!message) {
    const known = Object.keys(messages).toSorted()
    const near = nearest(name, known)
    const all = known.length ? `there are ${known.join(', ')}` : 'there is no file in messages/'
    return tell(
      path,
      'unknown-message',
      `unknown message "${name}"; ${all}`,
      near && `did you mean "${near}"?`,
    )
  }
  if (message.record !== 'lead')
    return tell(path, 'wrong-message', `"${name}" tells of the ${message.record}, not of a lead`)
  const lacking = message.needs.find((fact) => messageFacts.lead[fact]?.ownOnly)
  if (lacking) tell(path, 'missing-data', `"${name}" needs "${lacking}", which no step of a workflow knows`)
}

/** A table that routes must give a team that exists for every lead, and a time. */
function checkTable(table: TableDefinition, company: Company, at: Path, tell: Tell): void {
  if (table.record !== 'lead')
    tell(at, 'wrong-table', `the table "${table.name}" decides about a ${table.record}, not about a lead`)
  for (const output of ['team', 'respondWithin'])
    if (!table.outputs.some(({ name }) => name === output))
      tell(at, 'wrong-table', `the table "${table.name}" has no output "${output}"`)
  if (!table.default && !table.rows.some((row) => Object.keys(row.when).length === 0))
    tell(
      at,
      'no-catch-all',
      `the table "${table.name}" has no default: a lead that no row matches would go nowhere`,
    )
  const rows = [...table.rows, ...(table.default ? [{ id: 'default', ...table.default }] : [])]
  for (const row of rows) {
    const team = row.then.team
    if (typeof team === 'string' && !Object.hasOwn(company.teams, team)) {
      const near = nearest(team, Object.keys(company.teams))
      tell(
        at,
        'unknown-team',
        `${table.file}:${row.line}: row "${row.id}" names the unknown team "${team}"`,
        near && `did you mean "${near}"?`,
      )
    }
  }
}

/** Steps need what earlier ones give; and in the end the lead must lie where somebody sees it. */
function checkOrder(steps: readonly WrittenStep[], tell: Tell): void {
  const done = new Set<Verb>()
  for (const [i, step] of steps.entries()) {
    const path = ['steps', i, step.verb]
    const needs = neededBefore(step)
    const lacking = needs.find((verbsBefore) => !verbsBefore.some((verb) => done.has(verb)))
    if (lacking)
      tell(path, 'too-early', `"${step.verb}: ${step.value}" needs a step "${lacking[0]}" before it`)
    if (step.verb.startsWith('wait') && steps[i + 1]?.verb.startsWith('wait'))
      tell(['steps', i + 1], 'double-wait', 'two waits in a row: write one')
    done.add(step.verb)
  }
  const final = steps.slice(steps.findLastIndex((step) => step.verb.startsWith('wait')) + 1)
  if (final.length === 0)
    tell(
      ['steps', steps.length - 1],
      'ends-waiting',
      'a workflow cannot end with a wait: nobody would act after it',
    )
  else if (!final.some((step) => step.verb === 'queue'))
    tell(
      ['steps', steps.length - 1],
      'no-last-resort',
      'after the last wait the lead must be put into a queue; otherwise one that nobody answers is forgotten',
      'add a step such as "queue: unanswered" at the end',
    )
}

function neededBefore(step: WrittenStep): Verb[][] {
  switch (step.verb) {
    case 'assign':
    case 'waitUntil':
      return [['route']]
    case 'reassign':
      return [['assign']]
    case 'tell':
      if (step.value === 'owner') return [['assign']]
      if (step.value === 'manager') return [['route']]
      return step.value === 'watchers' ? [['queue', 'assign']] : []
    default:
      return []
  }
}

function checkName(
  name: string,
  known: object,
  path: Path,
  what: string,
  tell: Tell,
  also: readonly string[] = [],
): void {
  if (Object.hasOwn(known, name)) return
  const near = nearest(name, [...Object.keys(known), ...also])
  tell(
    path,
    `unknown-${what.replace(/.* /, '')}`,
    `unknown ${what} "${name}"`,
    near && `did you mean "${near}"?`,
  )
}

/** Events carry no personal data, so a pattern that asks for it would never match. */
function checkPattern(pattern: object, key: 'when' | 'until', company: Company, tell: Tell): void {
  try {
    compilePattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    tell([key], 'wrong-pattern', `${key}: ${error.message}`)
    return
  }
  if (!Object.hasOwn(pattern, 'detail-type'))
    tell([key], 'no-detail-type', `${key} must name the events: write "detail-type: [lead.created]"`)
  for (const name of ['contact', 'message'])
    if (Object.hasOwn((pattern as { detail?: { lead?: object } }).detail?.lead ?? {}, name))
      tell([key, 'detail', 'lead', name], 'personal', `events do not carry "${name}": it is personal`)
  checkValues(pattern, key, company, tell)
}

/** A pattern on a value that nobody writes never matches. Fields of which no table asks are left to the writer. */
function checkValues(pattern: object, key: 'when' | 'until', company: Company, tell: Tell): void {
  const { detail } = pattern as { detail?: Record<'lead' | 'old', Record<string, unknown> | undefined> }
  for (const part of ['lead', 'old'] as const) {
    const asked = conjunctsOf({ lead: detail?.[part] ?? {} }).filter(({ paths }) =>
      paths.every((name) => findFact('lead', name)),
    )
    checkCondition(
      { kind: 'lead', company },
      asked,
      [key, 'detail'],
      (path, { severity, code, message, hint }) => {
        if (severity === 'error' && (code === 'unknown-value' || code === 'wrong-type'))
          tell([key, 'detail', part, ...path.slice(3)], code, message, hint)
      },
    )
  }
}
