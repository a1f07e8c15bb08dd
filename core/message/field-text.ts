import type * as z from 'zod/mini'
import type { Company } from '../company/company.ts'
import { namedIn } from '../company/named.ts'
import { amountOf, isMoney, type Money } from '../money/money.ts'
import { definitionOf, saidOf } from '../record/field.ts'
import type { Language } from '../record/id.ts'
import { partTitle } from '../record/operation/published.ts'
import { dayFormat, numberFormat } from '../words/format.ts'
import type { KindWords } from '../words/kind/kind-words.ts'
import type { MailWords } from '../words/words.ts'
import { oneLine } from './harmless.ts'

/** By what a reader is told a value. */
export interface Telling {
  /** whose field it is: what a part is called is said by what it is a part of */
  record: Readonly<Record<string, unknown>>
  company: Company
  language: Language
  words: MailWords
  /** what its kind is called in his language, if it has words there */
  kindWords: KindWords | undefined
  clock: (at: string | undefined) => string | undefined
  /** what other records are called, by their ids */
  called: Readonly<Record<string, string>>
}

/**
 * A value of a declared field as a reader is told it: times and numbers in his language, who and where by name, a choice by
 * its word. What has no words there stands as it is stored.
 */
export function fieldText(type: z.core.$ZodType, value: unknown, telling: Telling): string | undefined {
  const { type: base, format, element } = definitionOf(type)
  const { record, company, language, kindWords, clock, called } = telling
  const { unit, to, partOf } = saidOf(type)
  if (value === undefined) return undefined
  if (unit === 'percent' && typeof value === 'number') return `${numberFormat(language).format(value)} %`
  if (Array.isArray(value) && element)
    return oneLine(value.map((each) => fieldText(element, each, telling)).join(' · '), 500)
  if (typeof value !== 'string') return valueText(value, telling)
  if (format === 'datetime') return clock(value)
  if (format === 'date') return dayFormat(language, 'UTC').format(Date.parse(value))
  if (base === 'enum') return kindWords?.values?.[value] ?? value
  if (partOf) return oneLine(partTitle(record, { ...partOf, id: value }, namedIn(company)) ?? value, 500)
  return oneLine((to && (published(to, value, company) ?? own(called, value))) ?? value, 500)
}

const own = (all: Readonly<Record<string, string>>, id: string): string | undefined =>
  Object.hasOwn(all, id) ? all[id] : undefined

/** A value of which nothing is known but its type. */
export function valueText(
  value: unknown,
  { company, language, words }: Pick<Telling, 'company' | 'language' | 'words'>,
): string {
  if (typeof value === 'string') return oneLine(value, 500)
  if (isMoney(value)) return moneyText(value, company, language)
  if (typeof value === 'number') return numberFormat(language).format(value)
  if (typeof value === 'boolean') return words.flag[value ? 'yes' : 'no']
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
    ? oneLine(value.join(' · '), 500)
    : oneLine(JSON.stringify(value), 500)
}

/** What is published is called by its name. */
function published(
  to: readonly string[],
  id: string,
  { people, teams, queues, pipelines }: Company,
): string | undefined {
  const named: Record<string, () => string | undefined> = {
    person: () => people[id as keyof typeof people]?.name,
    team: () => teams[id as keyof typeof teams]?.title,
    queue: () => queues[id as keyof typeof queues]?.title,
    pipeline: () => pipelines[id]?.title,
  }
  return to.map((kind) => named[kind]?.()).find((name) => name !== undefined)
}

/** The currency is said when it is not the company's. */
export const moneyText = (money: Money, company: Company, language: Language): string =>
  [numberFormat(language).format(amountOf(money)), money.currency === company.currency ? '' : money.currency]
    .filter(Boolean)
    .join(' ')
