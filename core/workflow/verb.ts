import * as z from 'zod/mini'
import type { Company } from '../company/company.ts'
import { Fault } from '../record/fault.ts'
import type { QueueId } from '../record/id.ts'
import type { Kinds } from '../record/kind.ts'
import { nearest, type Problem } from '../source/source.ts'
import type { MessageDefinition } from '../message/template/definition.ts'
import type { TableDefinition } from '../table/definition.ts'
import type { Vocabulary } from '../table/fact/vocabulary.ts'
import type { Progress, Situation, Step, TurnNeed } from './progress.ts'

/*
 * The verbs of the workflow language. Whatever is known of one stands in its file in core/workflow/step/: how it is written, what
 * is checked, what it compiles to, and what it does. Verbs are found there, not listed; engines get them as an argument.
 */

/** Every verb by its name. */
export type Verbs = ReadonlyMap<string, Verb>

/** What a workflow may refer to. */
export interface WorkflowContext {
  company: Company
  tables: Readonly<Record<string, TableDefinition>>
  messages: Readonly<Record<string, MessageDefinition>>
  /** names of tables and messages that are there and refused: nothing can be said of what refers to them */
  refused?: Readonly<Record<'tables' | 'messages', ReadonlySet<string>>>
  kinds: Kinds
  verbs: Verbs
  /** what tables may be about, and ask */
  vocabulary: Vocabulary
}

/** Tells what is wrong with the value of the verb. */
export type Tell = (code: string, message: string, hint?: string) => void

/** What the check of a step looks at. */
export interface CheckContext extends WorkflowContext {
  /** name of the kind that the workflow is about; unknown when its trigger does not say it */
  about: string | undefined
  /** what the steps before it give */
  given: ReadonlySet<string>
  tell: Tell
  /** the same of one of its companions */
  tellOf: (companion: string) => Tell
}

/** Something that an earlier step must give, and the verb to write for it. */
export interface Need {
  what: string
  verb: string
}

type Shape = Readonly<Record<string, z.ZodMiniType>>
type Written<W extends Shape> = z.infer<z.ZodMiniObject<W>>
type Compiled<C extends Shape> = z.infer<z.ZodMiniObject<C>>

/** What a step of the state machine is, and what it does. */
export interface StepPlan<C extends Shape = Shape> {
  do: string
  /** its literal JSON beside `do` and `at`; no text in {% %}: Step Functions would evaluate it */
  compiled: () => C
  /** in the comment of the state machine */
  describe: (step: Compiled<C>) => string
  /** of a wait: so many seconds at most, beside what is promised */
  longestWait?: (step: Compiled<C>) => number
  /** of a wait for something promised: the field that says until when */
  awaits?: (step: Compiled<C>) => string
  /** whose turn it is must be asked first */
  turn?: (step: Compiled<C> & Step, progress: Progress, situation: Situation) => TurnNeed | undefined
  /** what comes of it; throws Fault `config.broken` where what was published does not suffice */
  run: (step: Compiled<C> & Step, progress: Progress, situation: Situation) => Progress | Promise<Progress>
}

/** A verb, and the step that it compiles to. */
export interface VerbPlan<W extends Shape = Shape, C extends Shape = Shape> {
  name: string
  /** how it is written: the verb and its companions, with the words that editors show */
  written: () => W
  /** a clearer problem in place of one that the schema has found */
  explain?: (problem: Problem, value: Record<string, unknown>) => Problem
  /** whether what it names exists and fits */
  check?: (written: Written<W>, context: CheckContext) => void
  needs?: (written: Written<W>) => readonly Need[]
  gives?: readonly string[]
  compile: (written: Written<W>, lastResort: QueueId) => Compiled<NoInfer<C>>
  step: StepPlan<C>
}

/** Declares a step. */
export const step = <const C extends Shape>(plan: StepPlan<C>): StepPlan<C> => plan

/** Declares a verb. What engines hand to it has been read by its own schemas. */
export const verb = <const W extends Shape, const C extends Shape>(plan: VerbPlan<W, C>): Verb =>
  plan as unknown as Verb

/** A verb of which an engine knows no more than of any other. */
export type Verb = Omit<VerbPlan, 'step'> & { step: StepPlan }

/** What a step of a state machine does. Throws Fault `config.broken` for one that no verb compiles to any more. */
export function stepPlan(verbs: Verbs, name: string): StepPlan {
  for (const { step } of verbs.values()) if (step.do === name) return step
  throw new Fault('config.broken', `no verb compiles to a step "${name}"`)
}

/** Tells of a name that is not among those that are known, with the nearest one. */
export function checkName(
  what: string,
  name: string,
  { known, also = [], tell }: { known: object; also?: readonly string[]; tell: Tell },
): void {
  if (Object.hasOwn(known, name)) return
  const near = nearest(name, [...Object.keys(known), ...also])
  tell(`unknown-${what.replace(/.* /, '')}`, `unknown ${what} "${name}"`, near && `did you mean "${near}"?`)
}

/** The name of a file, or of something in one. */
export const named = (description: string) =>
  z
    .string()
    .check(z.regex(/^[a-z][a-z0-9-]*$/, 'write small letters, digits and hyphens'), z.describe(description))
