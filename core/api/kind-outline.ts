import { definitionOf, isOptional, saidOf, type Reduction } from '../record/field.ts'
import type { Kind, Opening } from '../record/kind.ts'

const allDoors: readonly Opening[] = ['list', 'read', 'create', 'change', 'move']

/** What a program that shows records knows of a kind: what there is to show and to do. */
export interface KindOutline {
  name: string
  plural: string
  prefix: string
  title: string
  fields: Record<string, FieldOutline>
  states: Record<string, { title: string; open: boolean }>
  transitions: Record<
    string,
    { title: string; from: readonly string[]; needs: readonly string[]; takes: readonly string[] }
  >
  /** the field that names the record in whose file it lies */
  filedUnder?: string
  isWork: boolean
  /** what the routes of all kinds do with it */
  doors: readonly Opening[]
}

export interface FieldOutline {
  title: string
  /** how it is shown */
  as: 'text' | 'number' | 'flag' | 'day' | 'instant' | 'money' | 'choice' | 'ref' | 'list' | 'group'
  /** of a reference: kinds of records, or `person`, `team`, `queue`, `form` */
  to?: readonly string[]
  /** of a group: what is in it */
  fields?: Record<string, FieldOutline>
  /** of a choice, and of a list of them: what there is to choose */
  of?: readonly string[]
  /** of a list: what is in it */
  each?: FieldOutline
  format?: string
  level?: string
  /** whoever creates a record has to say it */
  isNeeded?: true
  /** Holdfast alone sets it */
  isGiven?: true
  /** computed of others */
  isDerived?: true
  /** more than a line */
  isLong?: true
}

export function outlineOf(kind: Kind): KindOutline {
  const { lifecycle } = kind
  const derived = Object.entries(kind.derived ?? {}).map(
    ([name, derived]) => [name, derivedField(derived)] as const,
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
      Object.entries(lifecycle?.transitions ?? {}).map(([name, { title, from, needs = [], takes = [] }]) => [
        name,
        { title, from, needs, takes },
      ]),
    ),
    isWork: kind.work !== undefined,
    doors: kind.doors ?? allDoors,
    ...(kind.filedUnder !== undefined && { filedUnder: kind.filedUnder }),
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

/** What is computed: a number, or what is found in what is filed there. */
function derivedField({ title, form, of, field }: Reduction): FieldOutline {
  const type = field === undefined ? undefined : of.schema.shape[field]
  const found: FieldOutline = type ? fieldOf(type) : { title, as: 'number' }
  const isMany = form === 'distinct' || (['sum', 'mean'].includes(form) && found.as === 'money')
  const { isNeeded: _, isGiven: __, ...shown } = found
  return isMany ? { title, as: 'list', each: shown, isDerived: true } : { ...shown, title, isDerived: true }
}

const longerThan = 300

function fieldOf(type: Shape[string]): FieldOutline {
  const { title = '', to, unit, format, level, given, isFirst, follows } = saidOf(type)
  const made = definitionOf(type)
  const as = unit === 'money' ? 'money' : asOf(made, to !== undefined)
  const isAbsent = isOptional(type) || type._zod.def.type === 'default'
  const longest = Math.max(0, ...(made.checks ?? []).map((each) => each._zod.def.maximum ?? 0))
  return {
    title,
    as,
    ...(to && { to }),
    ...(format !== undefined && { format }),
    ...(level !== undefined && { level }),
    ...(as === 'choice' && made.entries && { of: Object.values(made.entries) }),
    ...(as === 'list' && made.element && { each: fieldOf(made.element as Shape[string]) }),
    ...(as === 'group' && made.shape && { fields: fieldsOf(made.shape as Shape) }),
    ...(as === 'text' && longest > longerThan && { isLong: true as const }),
    ...(given
      ? { isGiven: true as const }
      : !isAbsent && !isFirst && !follows && { isNeeded: true as const }),
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
