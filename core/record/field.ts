import * as z from 'zod/mini'

/*
 * Fields of kinds: each helper gives a zod schema, and what the field says of itself lies in zod's own metadata. From
 * there come the captions, the facts of rules, the personal data that events leave out, the columns of lists.
 * Metadata belongs to one schema object, and every further `.check()` makes another that has none: so the helpers
 * register last, and nobody chains by hand.
 */

/** How texts are written that were read before they were stored; `product`: as the forms of the company offer it. */
export type Format = 'country' | 'email' | 'email-domain' | 'phone' | 'product'

/** What a field says of itself beside its type. */
export interface Says {
  /** one sentence for people who write rules or call the API */
  help?: string
  example?: unknown
  /**
   * `identity` names a person: never in events, logs or executions. `profile` describes one: in a part of the event
   * that only the lake gets. Both are erased.
   */
  personal?: 'identity' | 'profile'
  /** found by the beginnings of its words; or as a whole, by its end and by its parts (numbers, e-mail, phone): core/query/find/ */
  search?: 'words' | 'whole'
  /** part of the record's line: shown, filtered and sorted in lists without reading the record */
  list?: boolean
  /** the clearance that a reader needs, one of the levels of company/access.yaml; without it whoever may read the record */
  level?: string
  /** set by Holdfast only */
  given?: boolean
  /** Holdfast's own: nobody is shown it */
  internal?: boolean
  /** the kinds that it may point at */
  to?: readonly string[]
  unit?: 'money' | 'minutes' | 'percent'
  format?: Format
  /** why no rule asks about it */
  noFact?: string
  /** it is one of the parts of what is published and named in the field called like `of`: `stages` of a `pipeline` */
  partOf?: { of: string; list: string }
  /** published, and where nobody names one at first it is the first of them */
  isFirst?: true
  /** as long as nobody says it, what the part in this field says: the `probability` of a `stage`. Declared behind it */
  follows?: { field: string; says: string }
  /** the name of a kind that has a list */
  listedKind?: true
  /** what somebody wants of the list of the kind that the field called like `of` names */
  listPart?: { of: string; as: 'filter' | 'sort' }
  /** set to the moment in which the field of this name became what it is; declared behind it */
  since?: string
}

declare module 'zod/v4/core' {
  interface GlobalMeta extends Says {}
}

export const says = <T extends z.ZodMiniType>(type: T, title: string, more: Says): T => {
  z.globalRegistry.add(type, { title, ...more })
  return type
}

type Said = Says & { title?: string }

/** By the type: the registry puts a copy together each time, and it is asked for every field of every record. */
const told = new WeakMap<z.core.$ZodType, Said>()

/** What a field says, through `optional` and a default. */
export function saidOf(type: z.core.$ZodType): Said {
  const known = told.get(type)
  if (known) return known
  const { innerType } = type._zod.def as { innerType?: z.core.$ZodType }
  const said = z.globalRegistry.get(type) ?? (innerType ? saidOf(innerType) : {})
  told.set(type, said)
  return said
}

/** Of zod's own definition of a type what is asked for here. */
interface Definition {
  type: string
  format?: string
  entries?: Readonly<Record<string, string>>
  shape?: Readonly<Record<string, z.core.$ZodType>>
  element?: z.core.$ZodType
  values?: readonly unknown[]
  checks?: { _zod: { def: { check?: string; format?: string; value?: number; maximum?: number } } }[]
}

/** A type without `optional` and a default around it. */
export function innermost(type: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = type._zod.def as { innerType?: z.core.$ZodType }
  return innerType ? innermost(innerType) : type
}

/** What it is made of. */
export const definitionOf = (type: z.core.$ZodType): Definition => innermost(type)._zod.def

export const isOptional = (type: z.core.$ZodType): boolean => type._zod.def.type === 'optional'

export const optional = z.optional
/** The value when the caller gives none. */
export const otherwise = z._default

/**
 * As a patch takes it: it may be left out, and null takes away what may be absent, or goes back to what it is when nobody says
 * it. A default must not come in for what is left out.
 */
export function patchType(type: z.ZodMiniType): z.ZodMiniType {
  const { innerType } = type._zod.def as { innerType?: z.ZodMiniType }
  if (type._zod.def.type === 'default' && innerType) return z.optional(z.nullable(innerType))
  return z.optional(isOptional(type) ? z.nullable(type) : type)
}

/** A line of text. */
export const text = (title: string, { most = 200, ...more }: Says & { most?: number } = {}) =>
  says(z.string().check(z.trim(), z.minLength(1), z.maxLength(most)), title, more)

/** Text as it was stored: whatever is in it. */
export const stored = (title: string, more: Says = {}) => says(z.string(), title, more)

/** Long text of people: never in events, logs or executions. */
export const prose = (title: string, more: Says & { most?: number } = {}) =>
  text(title, { most: 20_000, personal: 'identity', ...more })

export const choice = <const V extends readonly [string, ...string[]]>(
  title: string,
  values: V,
  more: Says = {},
) => says(z.enum(values), title, more)

export const count = (title: string, { most, ...more }: Says & { most?: number } = {}) =>
  says(
    most === undefined ? z.int().check(z.nonnegative()) : z.int().check(z.nonnegative(), z.maximum(most)),
    title,
    more,
  )
export const number = (title: string, { least, ...more }: Says & { least?: number } = {}) =>
  says(least === undefined ? z.number() : z.number().check(z.minimum(least)), title, more)
export const flag = (title: string, more: Says = {}) => says(z.boolean(), title, more)

/** ISO 8601 in UTC with milliseconds (`2026-11-22T09:00:00.000Z`): sorts as text. */
export const instant = (title: string, more: Says = {}) => says(z.iso.datetime({ precision: 3 }), title, more)
export const day = (title: string, more: Says = {}) => says(z.iso.date(), title, more)

export const email = (title: string, more: Says = {}) =>
  says(z.email().check(z.toLowerCase()), title, { personal: 'identity', ...more })
export const phone = (title: string, more: Says = {}) =>
  says(z.e164('write it as dialled from abroad, digits alone, such as +380441234567'), title, {
    personal: 'identity',
    ...more,
  })

/** A country by its two capital letters (ISO 3166). */
export const country = (title: string, more: Says = {}) =>
  says(z.string().check(z.regex(/^[A-Z]{2}$/, 'write a country in two capital letters, such as UA')), title, {
    format: 'country',
    ...more,
  })

/** Minor units with a currency: never a fraction, and no debt unless it may be one. */
export const money = (title: string, { negative = false, ...more }: Says & { negative?: boolean } = {}) =>
  says(
    z.object({
      minor: negative ? z.int() : z.int().check(z.nonnegative()),
      currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
    }),
    title,
    {
      unit: 'money',
      ...more,
    },
  )

/** What a reference names that is published and no record. */
export const published: readonly string[] = ['person', 'team', 'queue', 'form']

/** Another record by its id; what is published (person, team, queue, form) by its name. */
export const ref = <K extends string>(to: K | readonly K[], title: string, more: Says = {}) =>
  says(
    // A branded type of a type parameter is only known once it is given.
    z.string().check(z.regex(/^([a-z]+_[0-9A-Za-z_-]+|[a-z][a-z0-9-]{0,63})$/)) as unknown as z.ZodMiniType<
      string & z.core.$brand<`${K}Id`>
    >,
    title,
    { to: [to].flat() as K[], ...more },
  )

/** A part of what the field called like `of` names among what is published, by its id: of a `pipeline` one of its `stages`. */
export const part = (of: string, list: string, title: string, more: Says = {}) =>
  says(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/)), title, { partOf: { of, list }, ...more })

export const many = <T extends z.ZodMiniType>(
  title: string,
  item: T,
  { most = 20, ...more }: Says & { most?: number } = {},
) => says(z.array(item).check(z.maxLength(most)), title, more)

/** Fields that belong together. */
export const group = <F extends Record<string, z.ZodMiniType>>(title: string, fields: F, more: Says = {}) =>
  says(z.object(fields), title, more)

/** Whatever has a schema of its own. */
export const value = <T extends z.ZodMiniType>(title: string, type: T, more: Says = {}): T =>
  says(z.clone(type), title, more)

export type Fields = Record<string, z.ZodMiniType>

/** The names, or in their place words that the compiler then shows: `never` would say nothing. */
type OrWords<Names, Words> = [Names] extends [never] ? Words : Names
type Instant = ReturnType<typeof instant>

/** Fields that say a moment. */
export type InstantOf<F extends Fields> = OrWords<
  keyof { [K in keyof F as F[K] extends Instant | z.ZodMiniOptional<Instant> ? K : never]: K } & string,
  'a field made by instant(…)'
>
/** Fields that point at a record. */
export type ReferenceOf<F extends Fields> = OrWords<
  keyof {
    [K in keyof F as NonNullable<z.infer<F[K]>> extends { [z.core.$brand]: unknown } ? K : never]: K
  } &
    string,
  'a field made by ref(…)'
>
/** Fields of which it can be told that two records have the same one. */
export type PlainOf<F extends Fields> = OrWords<
  keyof { [K in keyof F as NonNullable<z.infer<F[K]>> extends string | number ? K : never]: K } & string,
  'a field that is a text or a number'
>
/** Fields that may be absent, so that they can come true. */
export type OptionalOf<F extends Fields> = OrWords<
  keyof { [K in keyof F as F[K] extends z.ZodMiniOptional<z.ZodMiniType> ? K : never]: K } & string,
  'a field made by optional(…)'
>

/** What a derived field reads: the lines of a kind that is filed under its own, or entries among what happened. */
export interface Reduced {
  name: string
  schema: { shape: Readonly<Record<string, z.ZodMiniType>> }
  listed: readonly string[]
  /** of a kind with a file of its own */
  plural?: string
  /** of an entry: the fields that its key says */
  said?(item: { pk: string; sk: string; of?: unknown }): object
}

/**
 * A field that is computed of the file of its record, made by one of the forms of core/record/derived/reduction.ts. Data
 * alone, so that it can be stored, compared and documented.
 */
export interface Reduction {
  form: 'count' | 'sum' | 'mean' | 'newest' | 'oldest' | 'distinct'
  title: string
  help?: string
  of: Reduced
  /** of the line; a count has none */
  field?: string
  /** the line counts when each of these fields, or one of its values, is one of these */
  where?: Readonly<Record<string, readonly unknown[]>>
  /** the field of the line that says when it happened: an instant or a day */
  at: string
  /** it counts on the day on which it happened and on this many days less one after it, in UTC */
  within?: number
  /** it counts from the day after it on, in UTC */
  past?: true
}

/** The derived fields of a kind, by name. */
export type DerivedPlan = Readonly<Record<string, Reduction>>

/** The schema, and the names of the fields that are in the line: both made when they are first asked for. */
export function built<Shape extends Fields>(shape: () => Shape) {
  let schema: z.ZodMiniObject<Shape> | undefined
  let listed: readonly string[] | undefined
  return {
    get schema(): z.ZodMiniObject<Shape> {
      return (schema ??= z.object(shape()))
    },
    get listed(): readonly string[] {
      return (listed ??= Object.entries(this.schema.shape as Fields).flatMap(([name, type]) =>
        saidOf(type).list ? [name] : [],
      ))
    },
  }
}
