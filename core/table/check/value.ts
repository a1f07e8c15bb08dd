/*
 * The values that are written into facts. A condition on a value that nobody writes never holds, so the check has to
 * know them: what intake reads (a value is written when reading it changes nothing), and what company/ names.
 */

import * as z from 'zod'
import { readCountry } from '../../intake/read/country.ts'
import { readEmail } from '../../intake/read/email.ts'
import { readPhone } from '../../intake/read/phone.ts'
import type { Company } from '../../company/company.ts'
import { namedIn } from '../../company/named.ts'
import { partIds } from '../../record/operation/published.ts'
import { nearest } from '../../source/source.ts'
import type { Fact } from '../../record/vocabulary.ts'
import { compilePattern, type Matcher } from '#pattern/pattern.ts'

interface Writing {
  /** every value, where they are few */
  values?: readonly string[]
  /** what is written for a text; itself when it is written as it stands */
  written(text: string): string | undefined
  /** whether a part of a text can occur in a value */
  canHold?(part: string): boolean
  /** what values look like, for people */
  told: string
  /** others may be written too */
  open?: boolean
}

/** `note`: others may be written too, by programs. */
export type ValueProblem = { code: string; message: string; hint?: string; note?: boolean }

/** Why one entry of a list of accepted values never holds, or excludes nothing. */
export function entryValueProblem(
  fact: Fact,
  entry: unknown,
  matcher: Matcher,
  company: Company | undefined,
): ValueProblem | undefined {
  const writing = writingOf(fact, company)
  if (!writing) return undefined
  for (const text of wordsOf(matcher)) {
    const problem = wordProblem(fact.name, writing, text)
    if (problem) return problem
  }
  return partProblem(fact.name, writing, entry, matcher)
}

/** Why a text is no value of the fact. */
export function valueProblem(
  fact: Fact,
  text: string,
  company: Company | undefined,
): ValueProblem | undefined {
  const writing = writingOf(fact, company)
  return writing && wordProblem(fact.name, writing, text)
}

function wordProblem(name: string, writing: Writing, text: string): ValueProblem | undefined {
  const { values, told, open } = writing
  const written = writing.written(text)
  if (written === text) return undefined
  const near = written ?? (values && nearest(text, values))
  return {
    code: 'unknown-value',
    message: open
      ? `no form offers ${JSON.stringify(text)} for "${name}"`
      : `"${name}" is never ${JSON.stringify(text)}`,
    hint: `${near ? `did you mean "${near}"? ` : ''}It is ${told}`,
    ...(open && { note: true }),
  }
}

/** Parts of texts: the beginning, the end, a wildcard, a text whatever its letters' size. */
function partProblem(
  name: string,
  { values, canHold, told, open }: Writing,
  entry: unknown,
  matcher: Matcher,
): ValueProblem | undefined {
  const parts = partsOf(matcher)
  if (parts.length === 0 || open) return undefined
  const excludes = matcher.type === 'anything-but'
  const says = excludes ? 'excludes nothing' : 'never holds'
  if (values) {
    const { matches } = bound(entry)
    const holds = values.filter((value) => matches({ x: value }))
    if (excludes ? holds.length < values.length : holds.length > 0) return undefined
  } else if (!canHold || parts.every(canHold)) return undefined
  return {
    code: 'unknown-value',
    message: `${JSON.stringify(entry)} ${says}: no value of "${name}" is so`,
    hint: `It is ${told}`,
  }
}

function bound(entry: unknown): { matches(event: object): boolean } {
  const pattern = compilePattern({ x: [entry] })
  return { matches: (event) => pattern.matches(event) }
}

/** Texts that must be spelled as a whole. */
function wordsOf(matcher: Matcher): string[] {
  if (matcher.type === 'equals') return typeof matcher.value === 'string' ? [matcher.value] : []
  return matcher.type === 'anything-but' && matcher.of === 'text' ? matcher.texts : []
}

function partsOf(matcher: Matcher): string[] {
  switch (matcher.type) {
    case 'prefix':
    case 'suffix':
    case 'wildcard':
      return 'ignoreCase' in matcher && matcher.ignoreCase ? [matcher.text.toLowerCase()] : [matcher.text]
    case 'equals-ignore-case':
      return [matcher.text.toLowerCase()]
    case 'anything-but':
      if (matcher.of === 'number' || matcher.of === 'text') return []
      return matcher.texts.map((text) => (matcher.of === 'equals-ignore-case' ? text.toLowerCase() : text))
    default:
      return []
  }
}

const among = (values: readonly string[], told: string, open = false): Writing => ({
  values,
  written: (text) => (values.includes(text) ? text : undefined),
  told,
  ...(open && { open }),
})

function writingOf(fact: Fact, company: Company | undefined): Writing | undefined {
  if (fact.values) return among(fact.values, `one of ${fact.values.join(', ')}`)
  switch (fact.format) {
    case 'country':
      return country()
    case 'email-domain':
      return emailDomain
    case 'email':
      return emailAddress
    case 'phone':
      return phone
    case 'day':
      return day
    case 'instant':
      return instant
    case 'product':
      return company && product(company)
    case undefined:
      return company && published(fact, company)
  }
}

/** What is published is known by its names, unless it may be something else too. */
function published({ to = [], partOf }: Fact, company: Company): Writing | undefined {
  const all = namedIn(company)
  if (partOf) {
    const parts = Object.values(all[partOf.of] ?? {}).flatMap((each) => partIds(each, partOf.list))
    return parts.length ? among([...new Set(parts)], `one of ${parts.join(', ')} (company/)`) : undefined
  }
  const names = to.map((kind) => all[kind])
  const known = names.flatMap((each) => Object.keys(each ?? {}))
  if (known.length === 0 || names.includes(undefined)) return undefined
  return among(known, `one of ${known.join(', ')} (company/)`)
}

const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index))
let known: Writing | undefined
/** ISO 3166, as intake writes it. */
const country = (): Writing =>
  (known ??= {
    values: letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => readCountry(code) === code),
    written: readCountry,
    told: 'an ISO 3166 code in two capitals, such as DE',
  })

const isSmall = (part: string): boolean => part === part.toLowerCase()

const emailDomain: Writing = {
  written: (text) => readEmail(`x@${text.replace(/^.*@/s, '')}`)?.domain,
  // an international domain is written in its ASCII form
  canHold: (part) => isSmall(part) && /^[!-?A-~]*$/.test(part),
  told: 'what follows the @, in small letters, such as northwind.example',
}

const emailAddress: Writing = {
  written: (text) => {
    const email = readEmail(text)
    return email?.key && email.address
  },
  canHold: (part) => isSmall(part) && !/\s/.test(part),
  told: 'an address in small letters, such as olena@northwind.example',
}

const phone: Writing = {
  // A number that is none is kept as it was typed.
  written: (text) => readPhone(text, undefined)?.number,
  told: 'a number with its country code and without spaces, such as +380441234567',
}

const day: Writing = {
  written: (text) => (z.iso.date().safeParse(text).success ? text : undefined),
  canHold: (part) => /^[\d-]*$/.test(part),
  told: 'a day, such as 2027-03-01',
}

const instant: Writing = {
  written: (text) => (z.iso.datetime({ precision: 3 }).safeParse(text).success ? text : undefined),
  canHold: (part) => /^[\dTZ:.-]*$/.test(part),
  told: 'a moment, such as 2027-03-01T09:00:00.000Z',
}

/** What the forms offer; where one of them lets people write freely, anything. */
function product(company: Company): Writing | undefined {
  const fields = Object.values(company.forms).flatMap((form) =>
    form.fields.filter((field) => field.fills === 'product'),
  )
  const offered = [
    ...fields.flatMap((field) => field.options?.map((option) => option.value) ?? []),
    ...Object.values(company.forms).flatMap((form) => form.product ?? []),
  ]
  if (offered.length === 0 || fields.some((field) => !field.options)) return undefined
  return among(
    [...new Set(offered)],
    `one of ${[...new Set(offered)].join(', ')} in company/, unless a program sends another`,
    true,
  )
}
