import { choice, count, instant, optional, ref, stored } from './field.ts'

/*
 * Open work: what Holdfast adds to the kinds that are worked on. A record of such a kind is in a team, with a person or in
 * a queue, and as long as it is open it says what is to be done next and until when.
 */

/** Something that is promised to somebody, such as an answer. */
export interface PromisePlan<Field extends string = string> {
  /** the field that says until when */
  field: Field
  /** what is to be done next while it runs: a value of `next` */
  step: string
  /** the field that says when it was kept; `closedAt`: it runs until the record is closed, each time that is said anew */
  keptBy: Field | 'closedAt'
  /** what is promised, in the middle of a sentence: `first answer` */
  title: string
  /** whoever of us speaks with the customer keeps it */
  byContact?: true
}

/** What is promised, whatever is due first before the others. */
export interface WorkPlan<Field extends string = string> {
  promises: readonly PromisePlan<Field>[]
  /**
   * With whom a new one begins. `with-caller`: with the person who makes it, or whom he names in `ownerId`; what is due is
   * what he says, and it stays with whoever has it, also when it is late. Absent: it waits for a workflow that routes it.
   */
  begins?: 'with-caller'
}

/**
 * What is to be done next, of any work: `route` waits for its workflow, `follow-up` is what whoever has it has planned,
 * `take` waits in a queue for somebody who takes it. Between them stand the steps of promises.
 */
export const waitsForWorkflow = 'route'
export const isPlanned = 'follow-up'
export const waitsInQueue = 'take'
export type OwnStep = typeof waitsForWorkflow | typeof isPlanned | typeof waitsInQueue

/** What people do with any open work, beside the transitions of its kind: no transition has one of these names. */
export const handOvers = ['take', 'give', 'plan'] as const
export type HandOver = (typeof handOvers)[number]
export const isHandOver = (name: string | undefined): name is HandOver =>
  handOvers.some((each) => each === name)

export const stepsOf = (promises: readonly PromisePlan[]): [string, ...string[]] => [
  waitsForWorkflow,
  ...promises.map(({ step }) => step),
  isPlanned,
  waitsInQueue,
]

/** A record is raised so often; then it stays where it is, with an open alert, and leaves the watch. */
export const lastLevel = 3

const forWorkflows = { given: true, noFact: 'belongs to workflows' }

/** The fields. */
export const workFields = <Step extends string>(steps: readonly [Step, ...Step[]]) => ({
  teamId: optional(
    ref('team', 'Team', { given: true, list: true, help: 'team that has it, if any', example: 'sales-dach' }),
  ),
  ownerId: optional(
    ref('person', 'Owner', { given: true, list: true, help: 'person who has it, if any', example: 'anna' }),
  ),
  queueId: optional(
    ref('queue', 'Queue', {
      given: true,
      list: true,
      help: 'queue in which it waits, if any',
      example: 'unanswered',
    }),
  ),
  /** what is to be done next on an open record, and until when: an open one always has both */
  next: optional(choice('Next step', steps, { ...forWorkflows, list: true })),
  due: optional(instant('Due', { ...forWorkflows, list: true })),
  /** the run that looks after it: `<workflow>.<version of the record that started it>`; none once somebody took over from it */
  runId: optional(stored('Run', { given: true, noFact: 'an identifier' })),
  /** how often in a row automation has caused a change: ends loops */
  hop: optional(count('Hop', { given: true, internal: true, noFact: 'bookkeeping' })),
  /** the level to which it was raised since the last contact, by the watchdog or at the end of its workflow: each fires once */
  raised: optional(count('Raised', { given: true, list: true, noFact: 'bookkeeping' })),
})
