import { readSource } from '../source/read-source.ts'
import { nearest, SourceError, type Problem, type Source } from '../source/source.ts'
import { checkUntil, checkWhen } from './check/event-pattern.ts'
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
  const begun = checkWhen(head.when, { key: 'when', context, tell })
  if (head.until) checkUntil(head.until, begun, { key: 'until', context, tell })
  const about = begun.length === 1 ? begun[0]!.name : undefined
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
