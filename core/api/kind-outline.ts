import { definitionOf, saidOf } from '../record/field.ts'
import type { Kind } from '../record/kind.ts'

/** What a program that shows records knows of a kind: what there is to show and to do. */
export interface KindOutline {
  name: string
  plural: string
  prefix: string
  title: string
  fields: Record<string, FieldOutline>
  states: Record<string, { title: string; open: boolean }>
  transitions: Record<string, { title: string; from: readonly string[]; needs: readonly string[] }>
  isWork: boolean
}

export interface FieldOutline {
  title: string
  /** how it is shown */
  as: 'text' | 'number' | 'flag' | 'day' | 'instant' | 'money' | 'choice' | 'ref' | 'list' | 'group'
  /** of a reference: kinds of records, or `person`, `team`, `queue`, `form` */
  to?: readonly string[]
  /** of a group: what is in it */
  fields?: Record<string, FieldOutline>
  format?: string
  level?: string
}

export function outlineOf(kind: Kind): KindOutline {
  const { lifecycle } = kind
  const derived = Object.entries(kind.derived ?? {}).map(
    ([name, { title }]) => [name, { title, as: 'number' }] as const,
  )
  return {
    name: kind.name,
    plural: kind.plural,
    prefix: kind.prefix,
    title: kind.title,
    fields: { ...fieldsOf(kind.schema.shape), ...Object.fromEntries(derived) },
    states: Object.fromEntries(
      Object.entries(lifecycle?.states ?? {}).map(([name, { title, open = false }]) => [
        name,
        { title, open },
      ]),
    ),
    transitions: Object.fromEntries(
      Object.entries(lifecycle?.transitions ?? {}).map(([name, { title, from, needs = [] }]) => [
        name,
        { title, from, needs },
      ]),
    ),
    isWork: kind.work !== undefined,
  }
}

type Shape = Kind['schema']['shape']

const fieldsOf = (shape: Shape): Record<string, FieldOutline> =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([name, type]) => {
      const said = saidOf(type)
      return said.internal === true ? [] : [[name, fieldOf(type)]]
    }),
  )

function fieldOf(type: Shape[string]): FieldOutline {
  const { title = '', to, unit, format, level } = saidOf(type)
  const made = definitionOf(type)
  const more = {
    ...(to && { to }),
    ...(format !== undefined && { format }),
    ...(level !== undefined && { level }),
  }
  const as = unit === 'money' ? 'money' : asOf(made, to !== undefined)
  return {
    title,
    as,
    ...more,
    ...(as === 'group' && made.shape && { fields: fieldsOf(made.shape as Shape) }),
  }
}

function asOf(
  { type, format, checks }: ReturnType<typeof definitionOf>,
  isReference: boolean,
): FieldOutline['as'] {
  if (isReference) return 'ref'
  const formats = [format, ...(checks ?? []).map((each) => each._zod.def.format)]
  if (formats.includes('datetime')) return 'instant'
  if (formats.includes('date')) return 'day'
  return shownAs[type] ?? 'text'
}

const shownAs: Readonly<Record<string, FieldOutline['as']>> = {
  number: 'number',
  int: 'number',
  boolean: 'flag',
  enum: 'choice',
  array: 'list',
  object: 'group',
  record: 'group',
}
