import type { Dictionary } from './dictionary.ts'
import { kindNamed } from '../api/kinds.ts'

/* What kinds, fields and values are called in the language that is shown; where it has no word, what is declared, else the value itself. */

export const kindTitle = ({ kinds }: Dictionary, kind: string): string =>
  kinds[kind]?.title ?? kindNamed(kind).title

/** @param field by its name, or by its path: `contact.email` */
export function fieldTitle({ kinds }: Dictionary, kind: string, field: string): string {
  const said = kinds[kind]?.fields?.[field] ?? kinds.record?.fields?.[field]
  if (said !== undefined) return said
  const [first = '', ...inner] = field.split('.')
  const declared = inner.reduce((at, name) => at?.fields?.[name], kindNamed(kind).fields[first])
  return declared?.title || field
}

export const valueTitle = ({ kinds }: Dictionary, kind: string, value: string): string =>
  kinds[kind]?.values?.[value] ??
  kinds.record?.values?.[value] ??
  kindNamed(kind).states[value]?.title ??
  value.replaceAll('-', ' ')

export const transitionTitle = ({ kinds }: Dictionary, kind: string, name: string): string =>
  kinds[kind]?.values?.[name] ??
  kinds.record?.values?.[name] ??
  kindNamed(kind).transitions[name]?.title ??
  name
