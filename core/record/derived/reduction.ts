import * as z from 'zod/mini'
import { saidOf, type Reduced, type Reduction } from '../field.ts'

/*
 * The forms of derived fields: what is computed of the lines that lie in the file of a record. Six are enough, since each has
 * a filter, its own time, and one of two windows; whatever else is asked (a part, a rate, days since) follows from these.
 *
 * A line has what its kind lists, so only that is read, and `createdAt` and `closedAt`. Nothing personal: derived fields are in
 * events and facts.
 */

type Source = Reduced & { schema: z.ZodMiniType }
type Line<K extends Source> = z.infer<K['schema']>
type Money = { minor: number; currency: string }
type Of<T> = T extends readonly (infer E)[] ? E : T

/** The fields of a kind whose values are of this type. */
type FieldOf<K extends Source, T> = {
  [F in keyof Line<K>]-?: NonNullable<Line<K>[F]> extends T ? F : never
}[keyof Line<K>] &
  string

interface Told<K extends Source> {
  title: string
  /** one sentence for people who write rules or call the API */
  help?: string
  /** only lines of which each of these fields, or one of its values, is one of these */
  where?: { readonly [F in keyof Line<K>]?: readonly Of<NonNullable<Line<K>[F]>>[] }
  /** when it happened: an instant or a day; absent: when it was created, of an entry its `at` */
  at?: FieldOf<K, string>
}

/** What time alone takes out (`within`, at most 366 days) or brings in (`past`: what is due before today). Whole days, UTC. */
type Timed<K extends Source> = Told<K> &
  ({ within?: `${number} days`; past?: never } | { within?: never; past?: true })

/** How many there are. @example countOf(ticketKind, { title: 'Open tickets', where: { status: ['new', 'working'] } }) */
export const countOf = <K extends Source>(of: K, told: NoInfer<Timed<K>>): Reduction =>
  reduction('count', of, undefined, told)

/** The sum of a whole number, or of money: one for each currency. */
export const sumOf = <K extends Source>(
  of: K,
  field: NoInfer<FieldOf<K, number | Money>>,
  told: NoInfer<Timed<K>>,
): Reduction => reduction('sum', of, field, told)

/** The mean of a whole number, or of money: one for each currency, in whole minor units. Absent where there is none. */
export const meanOf = <K extends Source>(
  of: K,
  field: NoInfer<FieldOf<K, number | Money>>,
  told: NoInfer<Timed<K>>,
): Reduction => reduction('mean', of, field, told)

/** The value of a field in the line that happened last; of several of one time, in that with the greatest id. */
export const newestOf = <K extends Source>(
  of: K,
  field: NoInfer<FieldOf<K, unknown>>,
  told: NoInfer<Told<K>>,
): Reduction => reduction('newest', of, field, told)

/** The same of the one that happened first. */
export const oldestOf = <K extends Source>(
  of: K,
  field: NoInfer<FieldOf<K, unknown>>,
  told: NoInfer<Told<K>>,
): Reduction => reduction('oldest', of, field, told)

/** All values of a field, sorted; unknown from the hundred and first on. */
export const distinctOf = <K extends Source>(
  of: K,
  field: NoInfer<FieldOf<K, string | readonly string[]>>,
  told: NoInfer<Told<K>>,
): Reduction => reduction('distinct', of, field, told)

const mostDays = 366

/** Fields that a line has beside those that its kind lists. */
const always = ['id', 'createdAt', 'closedAt']

function reduction<K extends Source>(
  form: Reduction['form'],
  of: K,
  field: string | undefined,
  { title, help, where, at, within, past }: Told<K> & { within?: string; past?: true },
): Reduction {
  const when = at ?? (of.plural === undefined ? 'at' : 'createdAt')
  for (const name of [field, when, ...Object.keys(where ?? {})]) requireInLine(of, name, title)
  const days = within === undefined ? undefined : Number(within.split(' ')[0])
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= mostDays))
    throw new Error(`"${title}": write \`within\` as '90 days', from 1 to ${mostDays}`)
  if ((form === 'sum' || form === 'mean') && !isExact(of, field!))
    throw new Error(
      `"${title}": ${of.name}.${field} is neither money nor a whole number, and sums of others depend on their order`,
    )
  return {
    form,
    title,
    of,
    at: when,
    ...(help !== undefined && { help }),
    ...(field !== undefined && { field }),
    ...(where && { where: where as NonNullable<Reduction['where']> }),
    ...(days !== undefined && { within: days }),
    ...(past && { past }),
  }
}

/** Throws for a field that lines have not, or that is personal. */
function requireInLine(of: Reduced, name: string | undefined, title: string): void {
  const type = name === undefined ? undefined : of.schema.shape[name]
  if (name === undefined) return
  const isThere = of.plural === undefined ? type !== undefined : of.listed.includes(name)
  if (!isThere && !always.includes(name))
    throw new Error(`"${title}": the line of a ${of.name} has no ${name}; say \`list: true\` of that field`)
  if (type && saidOf(type).personal !== undefined)
    throw new Error(`"${title}": ${of.name}.${name} is personal, and derived fields are told in events`)
}

const isExact = (of: Reduced, field: string): boolean => {
  const type = of.schema.shape[field]
  const takes = (value: number): boolean => type !== undefined && z.safeParse(type, value).success
  return (type && saidOf(type).unit === 'money') || (takes(1) && !takes(0.5))
}
