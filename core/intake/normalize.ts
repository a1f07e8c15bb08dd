import * as z from 'zod/mini'
import type { Company } from '../company/company.ts'
import { beginning, cutAlso, cutMessage, longestAlso } from '../words/cut.ts'
import type { Form, Part } from '../company/form/form.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { readQuery, type Fields } from './body/body.ts'
import { readDeclared } from './declared-field.ts'
import { fieldOf, saysSomething, sortFields, textOf, type Value } from './part.ts'
import { readConsent } from './read/consent.ts'
import { readCountry } from './read/country.ts'
import { readEmail } from './read/email.ts'
import { firstLanguage, preferredLanguages, readLanguage, saidLanguage } from './read/language.ts'
import { readAmount, readCount } from './read/number.ts'
import { mayLiveIn, readPhone, type Home } from './read/phone.ts'
import { isVisible } from './read/typed.ts'

/** What a submission says about a lead, in one writing for one meaning. Whatever it leaves out is in the submission. */
export const inquiry = () =>
  z.extend(
    z.pick(leadKind.schema, {
      language: true,
      country: true,
      product: true,
      employees: true,
      budget: true,
      emailDomain: true,
      source: true,
      contact: true,
      message: true,
      also: true,
    }),
    {
      /** what makes the customer known: unique among open leads */
      keys: z.object({ email: z.optional(z.string()), phone: z.optional(z.string()) }),
      /** what nobody said: the form's first language, the country of the phone number, the form's product */
      assumed: z.optional(z.array(z.enum(['language', 'country', 'product']))),
      /** fields that the lead declares beside these */
      declared: z.optional(z.record(z.string(), z.unknown())),
    },
  )
export type Inquiry = z.infer<ReturnType<typeof inquiry>>

/** Lengths in the lead, in characters; the whole text stays in the submission. */
export const longest = {
  name: 200,
  email: 254,
  phone: 60,
  company: 200,
  product: 100,
  source: 500,
}

export interface Visit {
  /** of the header Accept-Language */
  acceptLanguage?: string | undefined
  /** of the header Referer: the page on which the form stands */
  page?: string | undefined
  /** query string of the address that was posted to */
  query?: string | undefined
  /** his languages are another country's than the form's (`livesAbroad`) */
  isAbroad?: boolean | undefined
}

/** What the company's files say about reading. */
export type Reading = Pick<Company, 'currency' | 'placeholders'>

/**
 * Reads the parts of a lead out of fields; without a form, by the names of the parts themselves. What cannot be read
 * for sure is left out of its part and stands in `also`, as it came.
 */
export function readInquiry(fields: Fields, form: Form | undefined, visit: Visit, reading: Reading): Inquiry {
  const { filled, rest, tags, withoutWords } = sortFields(fields, form)
  const unread: Fields = []
  const declared = readDeclared(rest, fields, reading.currency)
  const said = (part: Part): Value[] => (filled[part] ?? []).flatMap(leavesOf)
  /** The first value of a part, read. It is shown too when there is more to it than the fact, and so are the others. */
  const take = <Fact>(part: Part, read: (value: Value) => Fact | undefined): Fact | undefined => {
    const [first = null, ...others] = said(part)
    const fact = saysSomething(first) ? read(first) : undefined
    const shown = isWhole(fact) ? others : [first, ...others]
    for (const value of shown) if (saysSomething(value)) unread.push([nameOf(part, form), value])
    return fact
  }
  const language = saidLanguage(languageFieldOf(fields), visit.acceptLanguage, form)
  const spoken = language ?? firstLanguage(form)
  const notice: Fields = withoutWords ? [[withoutWords.service, withoutWords[spoken]]] : []
  const email = take('email', (value) => readEmail(textOf(value), reading.placeholders))
  const countries = said('country')
  const home = take('country', () => readCountries(countries))
  const formCountry = countries.length || visit.isAbroad ? undefined : form?.country
  const phone = take('phone', (value) => readPhone(textOf(value), homeOf(home, formCountry)))
  const country = home ?? phone?.country
  const product = take('product', (value) => short(textOf(value), longest.product))
  const source = readSource([...fields, ...tags], visit)
  const assumed = [
    ...(language ? [] : (['language'] as const)),
    ...(country && !home ? (['country'] as const) : []),
    ...(form?.product && !product ? (['product'] as const) : []),
  ]
  return {
    language: spoken,
    ...given('country', country),
    ...given('product', product || form?.product),
    ...given('employees', take('employees', readCount)),
    ...given(
      'budget',
      take('budget', (value) => readAmount(value, reading.currency)),
    ),
    ...given('emailDomain', email?.domain),
    ...given('source', source),
    contact: {
      ...given('name', ellipsis(said('name').map(textOf).find(isVisible), longest.name)),
      ...given('email', ellipsis(email?.address, longest.email)),
      ...given('phone', ellipsis(phone?.number, longest.phone)),
      ...given(
        'company',
        take('company', (value) => ellipsis(textOf(value), longest.company)),
      ),
    },
    ...given(
      'message',
      take('message', (value) => cutMessage(textOf(value))),
    ),
    ...given('also', alsoSent([...notice, ...unread, ...declared.rest.filter(isForAlso)])),
    keys: { ...given('email', email?.key), ...given('phone', phone?.key) },
    ...(assumed.length && { assumed }),
    ...(Object.keys(declared.read).length && { declared: declared.read }),
  }
}

const homeOf = (said: string | undefined, ofForm: string | undefined): Home | undefined => {
  if (said !== undefined) return { country: said }
  return ofForm === undefined ? undefined : { country: ofForm, isAssumed: true }
}

/** A fact that says all that the value does. */
const isWhole = (fact: unknown): boolean =>
  fact !== undefined && !(typeof fact === 'object' && fact !== null && 'hasMore' in fact)

/** The single values of a list, in their order. */
export function leavesOf(value: Value): Value[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  return saysSomething(value) ? [value] : []
}

/** By which name a form asks for a part. */
const nameOf = (part: Part, form: Form | undefined): string =>
  form?.fields.find((field) => field.fills === part)?.name ?? part

/** The one country that all the values name. */
function readCountries(values: readonly Value[]): string | undefined {
  const [first, ...others] = values.map((value) => readCountry(textOf(value)))
  return others.every((code) => code === first) ? first : undefined
}

/**
 * Whether the language in which somebody wrote, or those of his browser, are another country's than the form's: its
 * rules would make a stranger's number of his.
 */
export function livesAbroad(
  fields: Fields,
  form: Form | undefined,
  acceptLanguage: string | undefined,
): boolean {
  if (!form) return false
  const chosen = languageFieldOf(fields)
  return !(
    mayLiveIn(form.country, [readLanguage(chosen) ?? chosen]) &&
    mayLiveIn(form.country, preferredLanguages(acceptLanguage))
  )
}

const languageFieldOf = (fields: Fields): string => fieldOf(fields, '_language', 'language', 'lang')

/** Cuts without leaving half a character. */
export function short(text: string | undefined, length: number): string | undefined {
  const trimmed = text?.trim()
  if (!trimmed) return undefined
  return trimmed.length <= length ? trimmed : beginning(trimmed, length).trimEnd()
}

/** What no fact was read from, as it came: the first lines, and how many more there are. */
function alsoSent(fields: Fields): Lead['also'] {
  const lines = fields.flatMap(([name, value]) => {
    const text = ellipsis(typeof value === 'object' ? JSON.stringify(value) : String(value), longestAlso)
    return text ? [{ name: ellipsis(name, 100) ?? '', text }] : []
  })
  return lines.length ? cutAlso(lines) : undefined
}

/** What is read into the source has its own place in the lead; so has a language and a consent that could be read. */
function isForAlso([name, value]: Fields[number]): boolean {
  if (/^lang(?:uage)?$/.test(name)) return readLanguage(textOf(value)) === undefined
  if (name === 'consent') return leavesOf(value).some((leaf) => readConsent(leaf)?.said === 'unknown')
  return !/^(?:page|referrer|utm_[a-z_]{1,30})$/.test(name)
}

/** Cuts with a mark. Undefined when there is nothing to see. */
function ellipsis(text = '', length: number): string | undefined {
  const trimmed = text.trim()
  if (!isVisible(trimmed)) return undefined
  return trimmed.length <= length ? trimmed : `${beginning(trimmed, length - 1)}…`
}

function readSource(fields: Fields, visit: Visit): Lead['source'] {
  const ownPage = fieldOf(fields, '_page', 'page')
  const page = ownPage || visit.page
  const tags = [visit.query ?? '', /\?([^#]*)/.exec(page ?? '')?.[1] ?? ''].flatMap((query) =>
    readQuery(query),
  )
  const utm: [string, string][] = []
  for (const [name, value] of [...fields, ...tags]) {
    const text = short(textOf(value), 100)
    if (
      text &&
      /^utm_[a-z][a-z_]{0,29}$/.test(name) &&
      utm.length < 10 &&
      !utm.some(([known]) => known === name)
    )
      utm.push([name, text])
  }
  const source = {
    ...given('page', addressOnly(page)),
    ...given('referrer', addressOnly(fieldOf(fields, '_referrer', 'referrer'))),
    ...(utm.length && {
      utm: Object.fromEntries(utm.map(([name, text]) => [name.slice('utm_'.length), text])),
    }),
  }
  return Object.keys(source).length ? source : undefined
}

/** Without query and fragment: they may carry a person's data, and a source is told to events and rules. */
const addressOnly = (address: string | undefined): string | undefined =>
  short(address?.split(/[?#]/, 1)[0], longest.source)

const given = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined || value === '' ? {} : { [name]: value }) as { [key in Name]?: Value }
