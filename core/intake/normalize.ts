import * as z from 'zod'
import { language as languageSchema, type Language } from '../model/base.ts'
import type { Form } from '../model/company.ts'
import { lead, type Lead } from '../model/lead.ts'
import { readQuery, type Fields } from './body.ts'
import { readCountry, readEmail, readPhone } from './contact.ts'
import { fieldOf, sortFields, textOf, type Part } from './part.ts'

/** What a submission says about a lead, in one writing for one meaning. Whatever it leaves out is in the submission. */
export const wish = lead
  .pick({
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
  })
  .extend({
    /** what makes the customer known: unique among open leads */
    keys: z.object({ email: z.string().optional(), phone: z.string().optional() }),
    /** what nobody said: the form's first language, the country of the phone number, the form's product */
    assumed: z.array(z.enum(['language', 'country', 'product'])).optional(),
  })
export type Wish = z.infer<typeof wish>

/** Lengths in the lead, in signs; the whole text stays in the submission. */
export const longest = {
  name: 200,
  email: 254,
  phone: 60,
  company: 200,
  message: 2_000,
  product: 100,
  source: 500,
  also: 300,
}

/** Lines of `also` in a lead; the rest is in the submission. */
export const mostAlso = 20

export interface Visit {
  /** of the header Accept-Language */
  acceptLanguage?: string | undefined
  /** of the header Referer: the page on which the form stands */
  page?: string | undefined
  /** query string of the address that was posted to */
  query?: string | undefined
}

/** Reads the parts of a lead out of fields; without a form, by the names of the parts themselves. */
export function readWish(fields: Fields, form: Form | undefined, visit: Visit): Wish {
  const { filled, rest } = sortFields(fields, form)
  const said = (part: Part): string =>
    (filled[part] ?? []).map(textOf).find((text) => text.trim() !== '') ?? ''
  const chosen = fieldOf(fields, '_language', 'language', 'lang')
  const language = saidLanguage(chosen, visit.acceptLanguage, form)
  const email = readEmail(said('email'))
  const home = readCountry(said('country'))
  const phone = readPhone(said('phone'), home ?? form?.country)
  const country = home ?? phone?.country
  const product = short(said('product'), longest.product)
  const source = readSource(fields, visit)
  const assumed = [
    ...(language ? [] : (['language'] as const)),
    ...(country && !home ? (['country'] as const) : []),
    ...(form?.product && !product ? (['product'] as const) : []),
  ]
  return {
    language: language ?? firstLanguage(form),
    ...given('country', country),
    ...given('product', product || form?.product),
    ...given('employees', readNumber(said('employees'))),
    ...given('budget', readNumber(said('budget'))),
    ...given('emailDomain', email?.domain),
    ...given('source', source),
    contact: {
      ...given('name', short(said('name'), longest.name)),
      ...given('email', short(email?.address, longest.email)),
      ...given('phone', short(phone?.number, longest.phone)),
      ...given('company', short(said('company'), longest.company)),
    },
    ...given('message', short(said('message'), longest.message)),
    ...given('also', alsoSent(rest)),
    keys: { ...given('email', email?.key), ...given('phone', phone?.key) },
    ...(assumed.length && { assumed }),
  }
}

/** A language that we write, from what was chosen, what the browser prefers, or the form's first. */
export const chooseLanguage = (
  chosen: string,
  accepted: string | undefined,
  form: Form | undefined,
): Language => saidLanguage(chosen, accepted, form) ?? firstLanguage(form)

const languagesOf = (form: Form | undefined): readonly Language[] => form?.languages ?? languageSchema.options
const firstLanguage = (form: Form | undefined): Language => languagesOf(form)[0] ?? 'en'

function saidLanguage(
  chosen: string,
  accepted: string | undefined,
  form: Form | undefined,
): Language | undefined {
  const offered = languagesOf(form)
  const wishes = [chosen, ...preferred(accepted)].map((tag) => tag.trim().toLowerCase().split(/[-_]/, 1)[0])
  for (const wish of wishes) {
    // `ua` is the country; people write it for the language.
    const found = offered.find((known) => known === (wish === 'ua' ? 'uk' : wish))
    if (found) return found
  }
  return undefined
}

/** Tags of an Accept-Language header, best first. */
function preferred(header = ''): string[] {
  return header
    .slice(0, 200)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';')
      const quality = parameters.map((part) => /^\s*q=([\d.]+)/.exec(part)?.[1]).find(Boolean)
      return { tag, quality: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}

/** Cuts without leaving half a sign. */
export function short(text: string | undefined, length: number): string | undefined {
  const trimmed = text?.trim()
  if (!trimmed) return undefined
  return trimmed.length <= length
    ? trimmed
    : trimmed
        .slice(0, length)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd()
}

/** `1 200`, `1.200`, `50–249`, `ca. 40`, `1000+`: the first number, thousands joined; of a range the lower end. */
export function readNumber(typed: string): number | undefined {
  const digits = /\d{1,3}(?:[\s.,’'\u00A0\u202F]\d{3})+(?!\d)|\d+/.exec(typed.slice(0, 100))?.[0]
  const value = digits === undefined ? NaN : Number(digits.replace(/\D/g, ''))
  return Number.isSafeInteger(value) ? value : undefined
}

/** What filled no part, as it came; without what has its own place in the lead or the submission. */
function alsoSent(rest: Fields): Lead['also'] {
  const lines = rest
    .filter(([name]) => !placed.test(name))
    .slice(0, mostAlso)
    .flatMap(([name, value]) => {
      const text = short(typeof value === 'object' ? JSON.stringify(value) : String(value), longest.also)
      return text ? [{ name: short(name, 100) ?? '', text }] : []
    })
  return lines.length ? lines : undefined
}

/** Fields that are read into the language, the source and the consent. */
const placed = /^(lang|language|page|referrer|consent|utm_[a-z_]{1,30})$/

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
