import { definitionOf, saidOf } from '../../record/field.ts'
import { bytesOf } from '../../record/key.ts'
import type { Kind } from '../../record/kind.ts'
import type * as z from 'zod/mini'
import { phoneOf } from './number.ts'
import { cut, foldedOf, plainOf, wordsOf } from './text.ts'

/* What of a record is looked for: the fields that say so (`search`), in the order of their declaration, as tokens. */

/** A piece of a text that is found by itself. Texts are folded. */
export type Token =
  /** letters and digits; `plain` where it is known */
  | { is: 'word'; text: string; plain?: string }
  /** signs without spaces between words */
  | { is: 'run'; text: string }
  | { is: 'mail'; text: string }
  /** digits; `isWhole`: from abroad */
  | { is: 'phone'; text: string; isWhole: boolean; extension: string }
  /** letters and digits of a number of anything else, such as a contract */
  | { is: 'code'; text: string }

/** A token, and the field that has it: `contact.email`. */
export interface Placed {
  token: Token
  field: string
}

/** So many tokens, and bytes of them, find a record; what comes later does not. A posting is one write unit then. */
const most = { tokens: 40, bytes: 500 }

type Searched = Pick<Kind, 'schema'>

type Shape = Readonly<Record<string, z.core.$ZodType>>

/** By the schema: each change of any record asks for them. */
const known = new WeakMap<Kind['schema'], Shape>()

/** The fields of a kind in which it is looked: by what a record is found follows from them, and from whether it is listed. */
export function searchedFields({ schema }: Searched): Shape {
  const shape =
    known.get(schema) ??
    Object.fromEntries(Object.entries(schema.shape).filter(([, type]) => isSearchedType(type)))
  known.set(schema, shape)
  return shape
}

/** Whether records of a kind are found at all. */
export const isSearched = (kind: Searched): boolean => Object.keys(searchedFields(kind)).length > 0

function isSearchedType(type: z.core.$ZodType): boolean {
  const { search, unit } = saidOf(type)
  if (search) return true
  const { shape, element } = definitionOf(type)
  if (element) return isSearchedType(element)
  return unit !== 'money' && Object.values(shape ?? {}).some(isSearchedType)
}

/** The tokens of a record, each once. */
export function tokensOf(kind: Searched, record: object): Placed[] {
  const found = new Map<string, Placed>()
  let bytes = 0
  for (const { text, field, said } of textsOf(searchedFields(kind), record, ''))
    for (const token of said.search === 'whole' ? wholeTokens(text, said.isPhone) : wordTokens(text)) {
      const told = tellToken(token)
      if (found.has(told)) continue
      bytes += bytesOf(told) + 1
      if (found.size >= most.tokens || bytes > most.bytes) return [...found.values()]
      found.set(told, { token, field })
    }
  return [...found.values()]
}

interface Said {
  search: 'words' | 'whole'
  isPhone: boolean
}

/** Every text that says how it is found, groups and lists walked through; what a group or a list says is said of what is in it. */
function* textsOf(
  shape: Shape,
  record: object,
  path: string,
  inherited?: Said['search'],
): Generator<{ text: string; field: string; said: Said }> {
  for (const [name, type] of Object.entries(shape)) {
    const value = Object.hasOwn(record, name) ? (record as Record<string, unknown>)[name] : undefined
    if (value === undefined || value === null) continue
    yield* textsIn(type, value, `${path}${name}`, inherited)
  }
}

function* textsIn(
  type: z.core.$ZodType,
  value: unknown,
  field: string,
  inherited: Said['search'] | undefined,
): Generator<{ text: string; field: string; said: Said }> {
  const { search = inherited, format } = saidOf(type)
  const definition = definitionOf(type)
  if (Array.isArray(value) && definition.element)
    for (const each of value) yield* textsIn(definition.element, each, field, search)
  else if (typeof value === 'object' && value !== null && definition.shape)
    yield* textsOf(definition.shape, value, `${field}.`, search)
  else if (search && (typeof value === 'string' || typeof value === 'number')) {
    const isPhone = format === 'phone' || definition.format === 'e164'
    yield { text: String(value), field, said: { search, isPhone } }
  }
}

/** Nobody's name is longer; a stranger's may be. */
const longestText = 2000

const wordTokens = (text: string): Token[] =>
  wordsOf(text.slice(0, longestText)).map(({ is, folded, plain }) =>
    is === 'run' ? { is, text: cut(folded) } : { is, text: folded, plain },
  )

/** What counts as a whole: an address, a number. */
function wholeTokens(text: string, isPhone: boolean): Token[] {
  const short = text.slice(0, longestText)
  if (short.includes('@')) return [mailToken(short)]
  if (isPhone || /^\+[0-9]/.test(short)) {
    const phone = phoneOf(short)
    return phone ? [{ is: 'phone', text: phone.digits, ...rest(phone) }] : wordTokens(short)
  }
  const parts = wordTokens(short)
  const whole = cut(parts.map(({ text: part }) => part).join(''))
  if (whole === '') return []
  return [{ is: 'code', text: whole }, ...(parts.length > 1 ? parts : [])]
}

const rest = ({ isWhole, extension }: { isWhole: boolean; extension: string }) => ({ isWhole, extension })

export const mailToken = (text: string): { is: 'mail'; text: string } => ({
  is: 'mail',
  text: cut(foldedOf(plainOf(text)).replace(/\s+/g, '')),
})

/** A token as a posting tells it, so that further words are compared and hits are ranked without reading the record. */
function tellToken(token: Token): string {
  if (token.is === 'phone')
    return `${token.isWhole ? '+' : '-'}${token.text}${token.extension && `;${token.extension}`}`
  return token.is === 'code' ? `=${token.text}` : token.text
}

/** All that a posting tells of its record. */
export const tellTokens = (placed: readonly Placed[]): string =>
  placed.map(({ token }) => tellToken(token)).join(' ')

/** The tokens of which a posting tells. */
export const readTokens = (words: string): Token[] => words.split(' ').map(readToken)

function readToken(told: string): Token {
  const [sign] = told
  // First: an address may begin with any sign.
  if (told.includes('@')) return { is: 'mail', text: told }
  if (sign === '=') return { is: 'code', text: told.slice(1) }
  if (sign === '+' || sign === '-') {
    const [text = '', extension = ''] = told.slice(1).split(';')
    return { is: 'phone', text, isWhole: sign === '+', extension }
  }
  const [word] = wordsOf(told)
  return word?.is === 'run' ? { is: 'run', text: told } : { is: 'word', text: told }
}
