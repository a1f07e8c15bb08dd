import type { Form } from '../model/company.ts'
import type { Fields } from './body.ts'

/*
 * Which field says which part of a lead. What it says is read afterwards (normalize.ts); what says nothing that we
 * know is shown to the owner as it came.
 */

export const parts = [
  'name',
  'email',
  'phone',
  'company',
  'message',
  'country',
  'product',
  'employees',
  'budget',
] as const
export type Part = (typeof parts)[number]

export type Value = Fields[number][1]

/** What was sent, sorted by what it says about a lead. */
export interface Sorted {
  /** the values that say something of each part, in the order of the form's fields, then of arrival */
  filled: Partial<Record<Part, Value[]>>
  /** everything else that says something, under the names by which it came, in the order of arrival */
  rest: Fields
}

/** With a form by what its fields fill; a part that none of them fills, and without a form every part, by its own name. */
export function sortFields(fields: Fields, form: Form | undefined): Sorted {
  const filled: Sorted['filled'] = {}
  const taken = new Set<string>()
  for (const part of parts) {
    const filling = form?.fields.filter((field) => field.fills === part).map((field) => field.name) ?? []
    const names = filling.length ? filling : [part]
    for (const name of names) taken.add(name)
    const values = names.flatMap((name) =>
      fields.flatMap(([given, value]) => (given === name && saysSomething(value) ? [value] : [])),
    )
    if (values.length) filled[part] = values
  }
  const rest = fields.filter(
    ([name, value]) => !taken.has(name) && !name.startsWith('_') && saysSomething(value),
  )
  return { filled, rest }
}

/** Whether anybody said anything: a form that came without a single word has nobody to answer. */
export const isEmpty = (fields: Fields): boolean =>
  fields.every(([name, value]) => name.startsWith('_') || !saysSomething(value))

export function saysSomething(value: Value): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(saysSomething)
  return value !== null && String(value).trim() !== ''
}

/** The first value of a field that says something, under any of its names. */
export function fieldOf(fields: Fields, ...names: string[]): string {
  for (const name of names)
    for (const [given, value] of fields) if (given === name && textOf(value).trim()) return textOf(value)
  return ''
}

/** A value as one text: of a list the first that has one, of nested values nothing. */
export function textOf(value: Value): string {
  if (Array.isArray(value)) return value.map(textOf).find((text) => text.trim()) ?? ''
  if (typeof value === 'object' || value === null) return ''
  return String(value)
}
