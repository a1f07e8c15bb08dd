import * as z from 'zod/mini'
import { built, choice, instant, optional, stored, value } from './field.ts'
import type { DerivedPlan, Fields, InstantOf, OptionalOf, PlainOf, ReferenceOf } from './field.ts'
import type { Elsewhere } from './elsewhere.ts'
import type { Entity } from './item.ts'
import { fileOf, partsOf, recordKey, type Keys } from './key.ts'
import { listKeys, workKeys, type Own } from './place.ts'
import type { FactPlan } from './vocabulary.ts'
import { stepsOf, workFields, type OwnStep, type PromisePlan, type WorkPlan } from './work.ts'

/*
 * What a kind of record is, declared once in core/kind/: from it follow validation, types, keys, lines, events, facts of
 * rules, routes and documentation. Engines know no kind: they get what they work on as an argument.
 * Fields are a function, so that a Lambda that handles one kind builds the schemas of no other.
 */

/** A named change of the status: the only way by which it moves. */
export interface Transition<State extends string = string, Field extends string = string> {
  title: string
  from: readonly State[]
  to: State
  /** what it is called once it is done, in the name of its event: `won` of `win`. Several may end in one */
  event: string
  /** must be filled, before or with the transition */
  needs?: readonly Field[]
  /** may be changed with it */
  takes?: readonly Field[]
  /** is set by it; `once`: now, unless it says a moment already */
  sets?: { readonly [F in Field]?: 'now' | 'once' | 'caller' | 'nothing' | '+1' }
  /** the record that this reference names is led with it through its transition of this name; it stays where that does not lead on */
  along?: { readonly [F in Field]?: string }
}

export interface Lifecycle<State extends string = string, Field extends string = string> {
  initial: NoInfer<State>
  states: Record<State, { title: string; open?: boolean; pauses?: boolean }>
  transitions: Record<string, Transition<NoInfer<State>, NoInfer<Field>>>
}

/** What the routes of all kinds do; `move` leads it through its life-cycle. */
export type Opening = 'list' | 'read' | 'create' | 'change' | 'move'

/** Whose file an entry lies in. */
export interface Subject {
  kind: string
  id: string
}
export const subjectOf = ({ name }: { name: string }, { id }: { id: string }): Subject => ({ kind: name, id })
export const subject = z.object({ kind: z.string(), id: z.string() })

const version = () => value('Version', z.int().check(z.positive()), { given: true, noFact: 'bookkeeping' })
const tenant = () =>
  value('Tenant', z.string().check(z.minLength(1)), {
    given: true,
    internal: true,
    noFact: 'tables are published per tenant',
  })

const recordFields = () => ({
  tenant: tenant(),
  id: stored('Id', { given: true, noFact: 'an identifier' }),
  version: version(),
  createdAt: instant('Created', { given: true, noFact: 'see daysSince.created' }),
  updatedAt: instant('Changed', { given: true, noFact: 'bookkeeping' }),
  createdBy: optional(
    stored('Created by', {
      given: true,
      list: true,
      help: 'person id, or name of a program; absent: Holdfast by itself',
      noFact: 'bookkeeping',
    }),
  ),
  updatedBy: optional(
    stored('Changed by', {
      given: true,
      help: 'person id, name of a program, or `customer`; absent: Holdfast by itself',
      noFact: 'bookkeeping',
    }),
  ),
})

const entryFields = () => ({ tenant: tenant(), version: version(), subject })

const statusFields = (states: readonly [string, ...string[]]) => ({
  status: choice('Status', states, { list: true, given: true, help: 'where it stands' }),
  closedAt: optional(instant('Closed', { given: true, noFact: 'see the status' })),
})

type Status<S extends string> = [S] extends [never]
  ? unknown
  : {
      status: z.ZodMiniEnum<{ [K in S]: K }>
      /** since when it is in a state that is not open */
      closedAt: z.ZodMiniOptional<ReturnType<typeof instant>>
    }
type Work<W extends WorkPlan> = [W] extends [never]
  ? unknown
  : ReturnType<typeof workFields<W['promises'][number]['step'] | OwnStep>>
type Id<N extends string> = { id: z.ZodMiniType<string & z.core.$brand<`${N}Id`>> }
type RecordShape<N extends string, F extends Fields, S extends string, W extends WorkPlan> = Omit<
  ReturnType<typeof recordFields>,
  'id'
> &
  Id<N> &
  Status<S> &
  F &
  Work<W>
type EntryShape<F extends Fields> = Omit<ReturnType<typeof entryFields>, keyof F> & F

interface Declared<N extends string, F extends Fields, R> {
  name: N
  title: string
  /** one sentence for people */
  help: string
  /** built on first use */
  fields: () => F
  /** where the rules for all kinds do not say it: entries of indexes, the end of its life */
  indexed?: (record: R) => Partial<Keys>
  /** fields that are not stored with it, because another item has them */
  elsewhere?: Elsewhere<R>
}

export interface KindPlan<
  N extends string,
  F extends Fields,
  S extends string,
  W extends WorkPlan,
  R = z.infer<z.ZodMiniObject<RecordShape<N, F, S, W>>>,
> extends Declared<N, F, R> {
  plural: string
  /** of its ids: `lead_01J…` */
  prefix: string
  /** what a person calls it: the title of its line */
  called: (record: R) => string
  /** fields whose value only one record of the kind may have */
  unique?: readonly NoInfer<PlainOf<F>>[]
  /** the reference in whose file its line lies; it may point at several kinds */
  filedUnder?: NoInfer<ReferenceOf<F>>
  /** pairs of moments or days of which the second is not before the first */
  ordered?: readonly (readonly [NoInfer<keyof F & string>, NoInfer<keyof F & string>])[]
  /** what it is filed under has it all the time, as a customer has people: its line stands with open work, not among what happened */
  stands?: true
  /** the list of references to records whose history is a part of its own: what it was before */
  files?: NoInfer<keyof F & string>
  lifecycle?: Lifecycle<S, keyof F & string>
  /** its changes are no events: bookkeeping of Holdfast itself */
  silent?: true
  /** a record belongs to whoever made it: others do not see it unless the flag of this name says so, and change it only where they reach all */
  sharedBy?: NoInfer<keyof F & string>
  /** who changed what is kept all the same: decisions rest on its versions */
  journaled?: true
  /** what anybody may do through the routes of all kinds; absent: everything. The rest has routes of its own, or none */
  doors?: readonly Opening[]
  /** events beside those of the transitions, and the field that keeps when it came true first */
  events?: Record<string, NoInfer<OptionalOf<F>>>
  /** open work: Holdfast adds team, owner, queue, `next` and `due` */
  work?: W
  /** fields that are computed of what is filed under it (core/record/derived/reduction.ts); made when first asked for */
  derived?: () => DerivedPlan & { readonly [Field in NoInfer<keyof F>]?: never }
  /** what rules may ask about beside its fields, by the name of the fact */
  facts?: Readonly<Record<string, FactPlan<R>>>
  /** nouns whose facts a table about it may use too, where they are known; `anyWork` for all that is worked on */
  joins?: readonly string[]
  /** what facts come from that whoever decides states beside the record, as long as there are no records of it */
  history?: string
}

export interface EntryPlan<
  N extends string,
  F extends Fields,
  R = z.infer<z.ZodMiniObject<EntryShape<F>>>,
> extends Declared<N, F, R> {
  /** sort key in the file of its subject */
  place: (record: R) => string
  /**
   * What the sort key says, by its parts behind the section's digit: such fields are not stored again, nor are tenant and
   * subject, of which the item keeps the kind alone.
   */
  said?: (...parts: string[]) => Partial<R>
}

/** A record of which an engine knows only what all kinds have. */
export type AnyRecord = { tenant: string; id: string; version: number; status?: string } & Record<
  string,
  unknown
>

/** What engines know of a kind. */
export interface Kind<R extends { version: number } = AnyRecord> extends Entity<R> {
  name: string
  plural: string
  prefix: string
  title: string
  help: string
  schema: { shape: Readonly<Record<string, z.ZodMiniType>>; parse(value: unknown): R }
  listed: readonly string[]
  titleOf(record: R): string
  silent?: true
  sharedBy?: string
  journaled?: true
  doors?: readonly Opening[]
  unique?: readonly string[]
  filedUnder?: string
  ordered?: readonly (readonly [string, string])[]
  stands?: true
  files?: string
  lifecycle?: Lifecycle
  events?: Record<string, string>
  derived?: DerivedPlan | undefined
  /** `steps`: every value of `next` */
  work?: { promises: readonly PromisePlan[]; steps: readonly string[]; begins?: 'with-caller' }
  facts?: Readonly<Record<string, FactPlan<R>>>
  joins?: readonly string[]
  history?: string
}

/** Kinds that have a file of their own, by name. */
export type Kinds = ReadonlyMap<string, Kind>

/** The kind of a record, by the prefix of its id. */
export const kindOfId = (kinds: Kinds, id: string): Kind | undefined =>
  [...kinds.values()].find(({ prefix }) => id.startsWith(`${prefix}_`))

/** A kind of record that has a file of its own. */
export function kind<
  const N extends string,
  F extends Fields,
  const S extends string = never,
  const W extends WorkPlan<InstantOf<F>> = never,
>(plan: KindPlan<N, F, S, W>) {
  type R = z.infer<z.ZodMiniObject<RecordShape<N, F, S, W>>> & { version: number }
  const states = Object.keys(plan.lifecycle?.states ?? {}) as [S, ...S[]]
  const work = plan.work && { ...plan.work, steps: stepsOf(plan.work.promises) }
  const made = built(
    () =>
      ({
        ...recordFields(),
        ...(states.length && statusFields(states)),
        ...plan.fields(),
        ...(work && workFields(work.steps)),
      }) as RecordShape<N, F, S, W>,
  )
  let derived: DerivedPlan | undefined
  return {
    ...plan,
    kind: plan.name,
    get derived(): DerivedPlan | undefined {
      return (derived ??= plan.derived?.())
    },
    work: work as [W] extends [never] ? undefined : W & { steps: string[] },
    get schema() {
      return made.schema
    },
    get listed() {
      return made.listed
    },
    keys: (record: R): Keys => ({
      ...recordKey((record as Own).tenant, (record as Own).id),
      ...workKeys(plan, record as Own),
      ...listKeys(plan, record as Own),
      ...plan.indexed?.(record as never),
    }),
    titleOf: (record: R) => plan.called(record as never),
  }
}

/** What lies in the file of another record. */
export function entry<const N extends string, F extends Fields>(plan: EntryPlan<N, F>) {
  type R = z.infer<z.ZodMiniObject<EntryShape<F>>> & { version: number }
  const made = built(() => ({ ...entryFields(), ...plan.fields() }))
  return {
    ...plan,
    kind: plan.name,
    get schema() {
      return made.schema
    },
    get listed() {
      return made.listed
    },
    keys: (record: R): Keys => {
      const { tenant, subject } = record as unknown as { tenant: string; subject: Subject }
      return {
        pk: fileOf(tenant, subject.id),
        sk: plan.place(record as never),
        ...plan.indexed?.(record as never),
      }
    },
    said: plan.said && saidBy(plan.said),
  }
}

const saidBy =
  (sayOf: (...parts: string[]) => object): NonNullable<Entity<{ version: number }>['said']> =>
  ({ pk, sk, of }) => {
    const [tenant = '', id = ''] = partsOf(pk)
    return { tenant, subject: { kind: String(of), id }, ...sayOf(...partsOf(sk).slice(1)) }
  }

export type RecordOf<K extends { schema: z.ZodMiniType }> = z.infer<K['schema']>
