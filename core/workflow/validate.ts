import { checkCondition } from '../table/check/condition.ts'
import { conjunctsOf } from '../table/condition.ts'
import { compilePattern } from '#pattern/pattern.ts'
import { PatternError } from '#pattern/syntax/fault.ts'
import { saidOf } from '../record/field.ts'
import type { Kind } from '../record/kind.ts'
import { nearest, readSource, SourceError, type Problem, type Source } from '../source/source.ts'
import { workflowHead, writtenStep, type WorkflowHead } from './schema.ts'
import { checkName, type Tell as TellOfVerb, type Verb, type WorkflowContext } from './verb.ts'

/** A step as it was written, and its verb. */
export interface WrittenStep {
  verb: Verb
  written: Record<string, unknown>
}

export interface WrittenWorkflow extends Omit<WorkflowHead, 'steps'> {
  steps: WrittenStep[]
}

type Path = (string | number)[]
type Tell = (path: Path, code: string, message: string, hint?: string) => void
const tellAt =
  (tell: Tell, path: Path): TellOfVerb =>
  (...problem) =>
    tell(path, ...problem)

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

  const steps = head.steps.map((_, i) => readStep(source, i, { verbs: context.verbs, problems }))
  const baseName = /([^/\\]+)\.ya?ml$/.exec(source.file)?.[1]
  if (baseName !== undefined && baseName !== head.workflow)
    tell(['workflow'], 'wrong-name', `the workflow is called "${head.workflow}", its file "${baseName}"`)
  const about = kindOf(head.when)
  checkPattern(head.when, { key: 'when', about, context, tell })
  if (head.until) checkPattern(head.until, { key: 'until', about, context, tell })
  checkName('queue', head.lastResort, { known: context.company.queues, tell: tellAt(tell, ['lastResort']) })

  const whole = steps.filter((step) => step !== undefined)
  const given = new Set<string>()
  for (const [i, step] of steps.entries()) {
    step?.verb.check?.(step.written, {
      ...context,
      about,
      given: new Set(given),
      tell: tellAt(tell, ['steps', i, step.verb.name]),
      tellOf: (companion) => tellAt(tell, ['steps', i, companion]),
    })
    for (const what of step?.verb.gives ?? []) given.add(what)
  }
  if (whole.length === steps.length) checkOrder(whole, about ?? 'record', tell)
  if (problems.length) throw new SourceError(problems)
  return { ...head, steps: whole }
}

function readStep(
  source: Source,
  index: number,
  { verbs, problems }: { verbs: WorkflowContext['verbs']; problems: Problem[] },
): WrittenStep | undefined {
  const path: Path = ['steps', index]
  const { steps } = source.value as { steps: Record<string, unknown>[] }
  const value = steps[index]!
  const names = Object.keys(value)
  const known = [...verbs.keys()]
  const verb = verbs.get(known.find((each) => names.includes(each)) ?? '')
  if (!verb) {
    const near = names.map((given) => nearest(given, known)).find((found) => found !== undefined)
    problems.push({
      ...source.locate(path),
      severity: 'error',
      code: 'unknown-step',
      message: `unknown step "${names[0] ?? ''}"; a step is one of ${known.join(', ')}`,
      ...(near && { hint: `did you mean "${near}"?` }),
    })
    return undefined
  }
  try {
    const part: Source = { ...source, value, locate: (inner, at) => source.locate([...path, ...inner], at) }
    return { verb, written: readSource<Record<string, unknown>>(part, writtenStep(verb)) }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    for (const problem of error.problems) problems.push(verb.explain?.(problem, value) ?? problem)
    return undefined
  }
}

const waits = (step: WrittenStep | undefined): boolean => step?.verb.step.longestWait !== undefined

/** Steps need what earlier ones give; and in the end the record must lie where somebody sees it. */
function checkOrder(steps: readonly WrittenStep[], about: string, tell: Tell): void {
  const given = new Set<string>()
  for (const [i, step] of steps.entries()) {
    const { verb, written } = step
    const lacking = verb.needs?.(written).find(({ what }) => !given.has(what))
    if (lacking)
      tell(
        ['steps', i, verb.name],
        'too-early',
        `"${verb.name}: ${String(written[verb.name])}" needs a step "${lacking.verb}" before it`,
      )
    if (waits(step) && waits(steps[i + 1]))
      tell(['steps', i + 1], 'double-wait', 'two waits in a row: write one')
    for (const what of verb.gives ?? []) given.add(what)
  }
  const final = steps.slice(steps.findLastIndex(waits) + 1)
  if (final.length === 0)
    tell(
      ['steps', steps.length - 1],
      'ends-waiting',
      'a workflow cannot end with a wait: nobody would act after it',
    )
  else if (!final.some(({ verb }) => verb.gives?.includes('last resort')))
    tell(
      ['steps', steps.length - 1],
      'no-last-resort',
      `after the last wait the ${about} must be put into a queue; otherwise one that nobody answers is forgotten`,
      'add a step such as "queue: unanswered" at the end',
    )
}

interface PatternPlace {
  key: 'when' | 'until'
  about: string | undefined
  context: WorkflowContext
  tell: Tell
}

/** Of which kind of record the events tell that begin a run; unknown when they are of several. */
function kindOf(when: object): string | undefined {
  const types = (when as { 'detail-type'?: unknown })['detail-type']
  const names = (Array.isArray(types) ? types : []).map((type: unknown) => {
    const text = typeof type === 'string' ? type : (type as { prefix?: unknown } | null)?.prefix
    return typeof text === 'string' && text.includes('.') ? text.slice(0, text.indexOf('.')) : undefined
  })
  return new Set(names).size === 1 ? names[0] : undefined
}

/** Events carry no personal data, so a pattern that asks for it would never match. */
function checkPattern(pattern: object, place: PatternPlace): void {
  const { key, context, tell } = place
  try {
    compilePattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    tell([key], 'wrong-pattern', `${key}: ${error.message}`)
    return
  }
  if (!Object.hasOwn(pattern, 'detail-type'))
    tell([key], 'no-detail-type', `${key} must name the events: write "detail-type: [lead.created]"`)
  const { detail = {} } = pattern as { detail?: Record<string, object | undefined> }
  for (const kind of context.kinds.values())
    for (const name of Object.keys(detail[kind.name] ?? {}))
      if (isPersonal(kind, name))
        tell([key, 'detail', kind.name, name], 'personal', `events do not carry "${name}": it is personal`)
  checkValues(detail, place)
}

function isPersonal({ schema }: Kind, name: string): boolean {
  const type = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
  return type !== undefined && saidOf(type).personal !== undefined
}

/** A pattern on a value that nobody writes never matches. Fields of which no table asks are left to the writer. */
function checkValues(
  detail: Record<string, object | undefined>,
  { key, about, context, tell }: PatternPlace,
): void {
  const { vocabulary, company } = context
  if (about === undefined) return
  for (const part of [about, 'old']) {
    const asked = conjunctsOf({ [about]: detail[part] ?? {} }).filter(({ paths }) =>
      paths.every((name) => vocabulary.find(about, name)),
    )
    checkCondition(
      { kind: about, vocabulary, company },
      asked,
      [key, 'detail'],
      (path, { severity, code, message, hint }) => {
        if (severity === 'error' && (code === 'unknown-value' || code === 'wrong-type'))
          tell([key, 'detail', part, ...path.slice(3)], code, message, hint)
      },
    )
  }
}
