import { compilePattern } from '#pattern/pattern.ts'
import type { Matcher } from '#pattern/syntax/ast.ts'
import { valueText } from '../message/field-text.ts'
import { oneLine } from '../message/harmless.ts'
import { definitionOf, saidOf } from '../record/field.ts'
import type { Conjunct } from '../table/condition.ts'
import { eitherFormat, languageNames, numberFormat, regionNames } from '../words/format.ts'
import { mailWords } from '../words/words-of.ts'
import { kindWordsFor, wordsFor, type Reader } from './reader.ts'

/* Facts and conditions of tables in the reader's language: what a fact is called, what it was, and what was wanted. */

/** A fact by its name, and by what people call it. */
export interface FactName {
  name: string
  title: string
}

const partsOf = (name: string): [noun: string, field: string, ...rest: string[]] => {
  const [noun = '', field = '', ...rest] = name.split('.')
  return [noun, field, ...rest]
}

export function isHiddenFact(name: string, { isHidden }: Reader): boolean {
  const [noun, field] = partsOf(name)
  return isHidden(noun, field)
}

/** What a fact is called: as its field is, or as its noun says of what it computes; else by its name. */
export function titleOfFact(name: string, reader: Reader): string {
  const [noun, field, part] = partsOf(name)
  const kind = reader.kinds.get(noun)
  if (!kind) return computedBy(name, reader) ?? name
  const words = kindWordsFor(kind, reader)?.fields
  if (part === undefined && words && Object.hasOwn(words, field)) return words[field]!
  const type = kind.schema.shape[field]
  const within = type && part !== undefined ? definitionOf(type).shape?.[part] : type
  return (within && saidOf(within).title) ?? kind.derived?.[field]?.title ?? computedBy(name, reader) ?? name
}

const computedBy = (name: string, { kinds }: Reader): string | undefined =>
  [...kinds.values()]
    .map(({ facts = {} }) => (Object.hasOwn(facts, name) ? facts[name] : undefined))
    .find(Boolean)?.about

/** A value as the reader knows it: countries and languages by name, choices by their words, numbers as he writes them. */
export function valueOfFact(name: string, value: unknown, reader: Reader): string {
  const { company, language } = reader
  if (value === undefined || value === null) return wordsFor(reader).condition.unknown
  if (Array.isArray(value)) return value.map((each) => valueOfFact(name, each, reader)).join(' · ')
  if (typeof value === 'string') return oneLine(textOf(name, value, reader), 100)
  return valueText(value, { company, language, words: mailWords[language] })
}

function textOf(name: string, value: string, reader: Reader): string {
  const [noun, field] = partsOf(name)
  const kind = reader.kinds.get(noun)
  const type = kind?.schema.shape[field]
  if (!kind || !type) return value
  const { format } = saidOf(type)
  if (format === 'country' && /^[A-Z]{2}$/.test(value)) return regionNames(reader.language).of(value) ?? value
  if (field === 'language' && /^[a-z]{2}$/.test(value))
    return languageNames(reader.language).of(value) ?? value
  if (definitionOf(type).format === 'datetime') return reader.clock(value) ?? value
  const values = kindWordsFor(kind, reader)?.values
  return values && Object.hasOwn(values, value) ? values[value]! : value
}

/** What a condition wants, in words: `≥ 50,000`, `Germany, Austria or Switzerland`. */
export function wantedText(conjunct: Conjunct, reader: Reader): string {
  const { name, pattern, alternatives } = conjunct
  const either = eitherFormat(reader.language)
  if (alternatives)
    return either.format(
      alternatives.map((parts) => parts.map((part) => conditionText(part, reader)).join('; ')),
    )
  const [condition] = compilePattern(pattern).branches[0] ?? []
  return either.format((condition?.matchers ?? []).map((matcher) => matcherText(name, matcher, reader)))
}

/** A condition with what it is about: `Budget: ≥ 50,000`. */
export const conditionText = (conjunct: Conjunct, reader: Reader): string =>
  conjunct.alternatives
    ? wantedText(conjunct, reader)
    : `${titleOfFact(conjunct.name, reader)}: ${wantedText(conjunct, reader)}`

function matcherText(name: string, matcher: Matcher, reader: Reader): string {
  const { condition: words } = wordsFor(reader)
  const value = (each: unknown): string => valueOfFact(name, each, reader)
  switch (matcher.type) {
    case 'equals':
      return value(matcher.value)
    case 'number':
      return value(matcher.value)
    case 'numeric':
      return rangeText(matcher, reader)
    case 'prefix':
    case 'suffix': {
      const text = words[matcher.type === 'prefix' ? 'startsWith' : 'endsWith'](matcher.text)
      return matcher.ignoreCase ? words.anyCase(text) : text
    }
    case 'equals-ignore-case':
      return words.anyCase(matcher.text)
    case 'wildcard':
      return words.like(matcher.text)
    case 'cidr':
      return words.addressIn(matcher.text)
    case 'exists':
      return matcher.exists ? words.known : words.unknown
    case 'anything-but':
      return words.not(butText(name, matcher, reader))
  }
}

function butText(name: string, matcher: Extract<Matcher, { type: 'anything-but' }>, reader: Reader): string {
  const { condition: words } = wordsFor(reader)
  const said: Record<typeof matcher.of, (text: string) => string> = {
    text: (text) => valueOfFact(name, text, reader),
    number: (text) => text,
    prefix: words.startsWith,
    suffix: words.endsWith,
    'equals-ignore-case': words.anyCase,
    wildcard: words.like,
  }
  const texts =
    matcher.of === 'number' ? matcher.numbers.map((each) => valueOfFact(name, each, reader)) : matcher.texts
  return eitherFormat(reader.language).format(texts.map(said[matcher.of]))
}

function rangeText(
  { low, lowOpen, high, highOpen }: Extract<Matcher, { type: 'numeric' }>,
  { language }: Reader,
): string {
  const number = (value: number): string => numberFormat(language).format(value)
  if (low === high) return `= ${number(low)}`
  const bounds = [
    ...(low === -Infinity ? [] : [`${lowOpen ? '>' : '≥'} ${number(low)}`]),
    ...(high === Infinity ? [] : [`${highOpen ? '<' : '≤'} ${number(high)}`]),
  ]
  return bounds.join(', ')
}
