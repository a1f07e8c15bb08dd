import type * as z from 'zod/mini'
import { definitionOf, isOptional, saidOf, type DerivedPlan, type Reduction } from '../record/field.ts'
import type { Lifecycle } from '../record/kind.ts'

/** What the reference tells of a kind or of an entry of a file. */
export interface Declared {
  name: string
  title: string
  help: string
  schema: { shape: Readonly<Record<string, z.core.$ZodType>> }
  prefix?: string
  plural?: string
  lifecycle?: Lifecycle
  doors?: readonly string[]
  work?: { steps: readonly string[] }
  events?: Record<string, string>
  unique?: readonly string[]
  derived?: DerivedPlan | undefined
}

/** The reference of all kinds for docs/data-model.md: those with a file of their own, then what lies in the file of another. */
export function kindReference(all: readonly Declared[]): string {
  const [own, entries] = [all.filter(({ plural }) => plural), all.filter(({ plural }) => !plural)]
  return [...byName(own), ...byName(entries)].map(sectionOf).join('\n')
}

const byName = (all: readonly Declared[]): Declared[] => all.toSorted((a, b) => (a.name < b.name ? -1 : 1))

function sectionOf(kind: Declared): string {
  const place = kind.plural
    ? `A file of its own: \`<tenant>#${kind.prefix}_…\`, \`9#record\`.`
    : 'In the file of its subject.'
  return [
    `### ${kind.title} (\`${kind.name}\`)`,
    '',
    `${kind.help} ${place}`,
    '',
    ...lifeOf(kind),
    '| field | type | what it is |',
    '|---|---|---|',
    ...Object.entries(kind.schema.shape).map(([name, type]) =>
      rowOf(name, type, kind.unique?.includes(name)),
    ),
    ...Object.entries(kind.derived ?? {}).map(([name, reduction]) => derivedRowOf(name, reduction)),
    '',
  ].join('\n')
}

function lifeOf({ lifecycle, work, doors }: Declared): string[] {
  const moves = Object.entries(lifecycle?.transitions ?? {}).map(
    ([name, { from, to, along = {} }]) =>
      `\`${name}\` (${[`${from.join(', ')} → ${to}`, ...Object.entries(along).map(alongText)].join('; ')})`,
  )
  const isHanded = lifecycle !== undefined && (doors === undefined || doors.includes('move'))
  const handed = isHanded ? ' `take`, `give` and `plan` say who has it and until when.' : ''
  return [
    ...(moves.length ? [`Transitions: ${moves.join(' · ')}.`, ''] : []),
    ...(work
      ? [`Open work: next is one of ${work.steps.map((step) => `\`${step}\``).join(', ')}.${handed}`, '']
      : []),
  ]
}

const alongText = ([field, move]: [string, string | undefined]): string =>
  `what \`${field}\` names goes through its \`${move}\``

function rowOf(name: string, type: z.core.$ZodType, isUnique = false): string {
  const { title, help, personal, list, given } = saidOf(type)
  const marks = [
    isOptional(type) ? undefined : 'always there',
    list && 'in the line',
    personal,
    given && 'set by Holdfast',
    isUnique && 'only one has it',
  ].filter(Boolean)
  return `| \`${name}\` | ${typeOf(type)} | ${help ?? title ?? name}${marks.length ? ` *(${marks.join(', ')})*` : ''} |`
}

function derivedRowOf(name: string, reduction: Reduction): string {
  const { form, of, field = '', title, help, where, at, within, past } = reduction
  const type = of.schema.shape[field]
  const isMoney = type !== undefined && saidOf(type).unit === 'money'
  const filter = Object.entries(where ?? {}).map(([key, values]) => `${key} is ${values.join(' or ')}`)
  const rest = [
    filter.length ? `where ${filter.join(' and ')}` : undefined,
    within === undefined ? undefined : `${at} within ${within} days`,
    past && `${at} before today`,
  ].filter(Boolean)
  const read = form === 'count' ? `${of.name} lines` : `${form} ${of.name}.${field}`
  const what = `${help ?? title} *(derived: ${[read, ...rest].join(', ')})*`
  return `| \`${name}\` | ${type ? derivedTypeOf(form, type, isMoney) : 'number'} | ${what} |`
}

function derivedTypeOf(form: Reduction['form'], type: z.core.$ZodType, isMoney: boolean): string {
  if (form === 'distinct') return 'list of text'
  if (form === 'newest' || form === 'oldest') return typeOf(type)
  return isMoney ? 'list of money, by currency' : 'number'
}

function typeOf(type: z.core.$ZodType): string {
  const { unit, to, partOf } = saidOf(type)
  const def = definitionOf(type)
  if (unit === 'money') return 'money'
  if (to) return `${to.join(' or ')} (reference)`
  if (partOf) return `one of the ${partOf.list} of the ${partOf.of}`
  if (def.type === 'enum')
    return Object.values(def.entries ?? {})
      .map((each) => `\`${each}\``)
      .join(', ')
  if (def.type === 'array') return def.element ? `list of ${typeOf(def.element)}` : 'list'
  return names[def.type] ?? def.type
}

const names: Record<string, string> = {
  string: 'text',
  boolean: 'true or false',
  object: 'fields',
  record: 'values by name',
  custom: 'bytes',
  literal: 'true',
}
