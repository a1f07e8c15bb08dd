import * as z from 'zod/mini'
import { keyOf } from '../record/key.ts'
import type { Company } from '../company/company.ts'
import type { Form } from '../company/form/form.ts'
import { formOf } from '../company/form-of.ts'
import { consentShown, isOwnField, ownFields } from '../html/own-field.ts'
import {
  instant,
  leadId,
  submissionId,
  tenantId,
  toInstant,
  type Instant,
  type Language,
  type LeadId,
  type SubmissionId,
} from '../record/id.ts'
import { Fault } from '../record/fault.ts'
import { channels, type Lead } from '../kind/sales/lead.ts'
import { submissionKind, type Submission } from '../kind/system/submission.ts'
import type { Fields, Undecoded } from './body/body.ts'
import {
  leavesOf,
  livesAbroad,
  readInquiry,
  short,
  inquiry,
  type Reading,
  type Inquiry,
} from './normalize.ts'
import { eventKeyOf, fieldOf, isEmpty } from './part.ts'
import { readConsent } from './read/consent.ts'
import { suspect } from './suspicion.ts'

/** What was posted, as the edge has read it. */
export interface Post {
  tenant: string
  door: Submission['door']
  formId: string
  /** where the lead came from, when the caller may say so */
  channel?: Lead['channel']
  fields: Fields
  undecoded?: Undecoded[]
  contentType: string
  /** the header Idempotency-Key */
  key?: string | undefined
  /** the form has a secret, and whoever posted did not show that he knows it */
  isUnproven?: boolean
  /** whoever posted has sent more than one address may */
  isFlood?: boolean
  /** keeps the keys of different callers apart */
  caller?: string | undefined
  acceptLanguage?: string | undefined
  referer?: string | undefined
  userAgent?: string | undefined
  query?: string | undefined
}

/** What an arrival is made of beside what was posted. */
export interface Beside {
  /** milliseconds */
  now: number
  /** of the lead it makes, if it makes one */
  leadId: LeadId
  /** the core has no cryptography */
  sha256: (text: string) => Uint8Array
}

/** One submission with all that can be known of it before anything stored is read. Plain JSON: it may wait in a queue. */
export const arrival = () =>
  z.object({
    tenant: tenantId,
    id: submissionId,
    /** the id that the same content would have had ten minutes before */
    earlierId: z.optional(submissionId),
    /** of the lead it makes, if it makes one */
    leadId,
    receivedAt: instant,
    channel: z.enum(channels),
    submission: z.omit(submissionKind.schema, { outcome: true, leadId: true }),
    inquiry: inquiry(),
  })
export type Arrival = z.infer<ReturnType<typeof arrival>>

/** The same content without any key within this time is a double click. */
export const doubleClickMilliseconds = 10 * 60_000

const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * The id of a submission follows from what makes it unique, so the item itself is the proof that it is stored: no
 * second item is written for it, and whoever repeats a request gets the same receipt even while the store is down.
 * - `event`: the form service's number of the event, if the form names it: for good, whatever else differs in the body.
 *   Other words of a customer under the same number are a submission of their own: a key that is none loses nobody;
 * - `key`: the caller's Idempotency-Key; other content under it is a fault of the caller;
 * - `page`: the key in the form's page, with the content, so that an edited form sent again is not lost;
 * - `content`: form and content, in windows of ten minutes.
 * Who did not prove that he is the service has ids of his own: he must not be able to occupy those of a customer.
 * Throws Fault `input.invalid` for a form without a word.
 */
export function arrive(post: Post, company: Company, { now, leadId: newLeadId, sha256 }: Beside): Arrival {
  if (isEmpty(post.fields))
    throw new Fault(
      'input.invalid',
      'the form is empty: say at least how you can be reached, or what it is about',
    )
  const form = formOf(company, post.formId)
  // Cut as they are kept, so that a restored submission is read from the same.
  const referrer = short(post.referer, longestReferrer)
  const query = short(post.query, longestQuery)
  const { acceptLanguage } = post
  const isAbroad = livesAbroad(post.fields, form, acceptLanguage)
  const said = readInquiry(post.fields, form, { acceptLanguage, page: referrer, query, isAbroad }, company)
  const scope = [
    post.tenant,
    post.door,
    post.formId,
    post.caller ?? '',
    ...(post.isUnproven ? ['unproven'] : []),
  ]
  const idOf = (...parts: (string | number)[]): SubmissionId => {
    const hash = sha256(keyOf(...scope, ...parts))
    return submissionId.parse(`sub_${[...hash.subarray(0, 26)].map((byte) => base32[byte & 31]).join('')}`)
  }
  const pageKey = fieldOf(post.fields, ownFields.key)
  const content = contentOf(post)
  const window = Math.floor(now / doubleClickMilliseconds)
  const event = post.door === 'form' ? eventKeyOf(post.fields, form) : undefined
  const ids = (): Pick<Arrival, 'id' | 'earlierId'> & Pick<Submission, 'wordsId'> => {
    if (event)
      return {
        id: idOf('event', ...event),
        wordsId: idOf('event', ...event, saidIn(post.fields, form, company)),
      }
    if (post.key) return { id: idOf('key', post.key) }
    if (pageKey) return { id: idOf('page', pageKey, content) }
    return { id: idOf('content', content, window), earlierId: idOf('content', content, window - 1) }
  }
  const { id, earlierId, wordsId } = ids()
  const receivedAt = toInstant(now)
  return {
    tenant: post.tenant,
    id,
    ...defined({ earlierId }),
    leadId: newLeadId,
    receivedAt,
    channel: post.channel ?? usualChannel(post.door),
    inquiry: said,
    submission: {
      ...submissionOf(post, { id, receivedAt }, said, form),
      ...defined({ referrer, query, wordsId, abroad: isAbroad || undefined }),
    },
  }
}

/** Characters of the header Referer and of the query string that are kept. */
const longestReferrer = 1_000
const longestQuery = 4_000

const usualChannel = (door: Submission['door']): Lead['channel'] => (door === 'form' ? 'web-form' : 'api')

const defined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>
  }

/**
 * A quarantined submission as the arrival that it would have been without the suspicion: read from the same, and only
 * what is promised counts from now.
 */
export function arriveAgain(stored: Submission, company: Company, now: number, newLeadId: LeadId): Arrival {
  const { outcome: _, leadId: __, ...kept } = stored
  const { referrer: page, query, language, languageAssumed, abroad: isAbroad } = stored
  const form = formOf(company, stored.formId)
  const { assumed = [], ...said } = readInquiry(stored.fields, form, { page, query, isAbroad }, company)
  // The header that told the language is not kept, but what it told is.
  const nobodySaid = [
    ...(languageAssumed ? (['language'] as const) : []),
    ...assumed.filter((fact) => fact !== 'language'),
  ]
  return {
    tenant: stored.tenant,
    id: stored.id,
    leadId: newLeadId,
    receivedAt: toInstant(now),
    channel: stored.channel ?? usualChannel(stored.door),
    submission: kept,
    inquiry: { ...said, language, ...(nobodySaid.length && { assumed: nobodySaid }) },
  }
}

/**
 * What a customer said, as far as it is understood: the same in two deliveries of one event, though the service counts its
 * tries in the body. Where nothing is understood, everything that came.
 */
function saidIn(fields: Fields, form: Form | undefined, reading: Reading): string {
  const { contact, message, also } = readInquiry(fields, form, {}, reading)
  const isUnderstood = Object.keys(contact).length > 0 || message !== undefined
  return JSON.stringify(isUnderstood ? [contact, message] : also)
}

/** What the visitor said, in one writing: without the form's own fields, in the order of the names inside a value. */
export function contentOf({
  fields,
  undecoded,
}: {
  fields: Fields
  undecoded?: Undecoded[] | undefined
}): string {
  const said = fields.filter(([name]) => !isOwnField(name)).map(([name, value]) => [name, sorted(value)])
  // Bytes that nobody could read look alike, and are not.
  return JSON.stringify(undecoded?.length ? [...said, undecoded.map(({ base64 }) => base64)] : said)
}

function sorted(value: Fields[number][1]): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)])
}

function submissionOf(
  post: Post,
  { id, receivedAt }: { id: SubmissionId; receivedAt: Instant },
  said: Inquiry,
  form: Form | undefined,
): Arrival['submission'] {
  const consent = consentOf(post.fields, said.language, form)
  const suspicion = [
    ...(post.isUnproven ? (['unsigned'] as const) : []),
    ...(post.isFlood ? (['flood'] as const) : []),
    ...(post.door === 'form' ? suspect(post.fields, Date.parse(receivedAt)) : []),
  ]
  // Only of those that may be a program's: it helps to tell them apart, and says nothing else.
  const userAgent = suspicion.length ? short(post.userAgent, 300) : undefined
  return {
    tenant: post.tenant,
    id,
    version: 1,
    createdAt: receivedAt,
    updatedAt: receivedAt,
    door: post.door,
    formId: post.formId,
    contentType: post.contentType.slice(0, 200),
    fields: post.fields.filter(([name, value]) => isWorthKeeping(name, value)),
    ...(post.undecoded?.length && { undecoded: post.undecoded }),
    language: said.language,
    ...(said.assumed?.includes('language') && { languageAssumed: true as const }),
    ...(post.channel && post.channel !== usualChannel(post.door) && { channel: post.channel }),
    ...(userAgent && { userAgent }),
    ...(consent && { consent: { text: consent, at: receivedAt } }),
    ...(suspicion.length && { suspicion }),
  }
}

/** All that the visitor sent. What our own page added has its meaning elsewhere in the submission. */
const isWorthKeeping = (name: string, value: Fields[number][1]): boolean =>
  !meantElsewhere.has(name) && !(name === ownFields.honeypot && value === '')

const meantElsewhere = new Set<string>([
  ownFields.key,
  ownFields.shown,
  ownFields.language,
  ownFields.consent,
])

/** The words that the visitor agreed to: those that our page showed, or what a form on another site sends along. */
function consentOf(fields: Fields, language: Language, form: Form | undefined): string | undefined {
  const answers = fields
    .filter(([name]) => name === 'consent')
    .flatMap(([, value]) => leavesOf(value))
    .flatMap((value) => readConsent(value) ?? [])
  const words = answers.find((answer) => answer.said === 'text')
  // Words that are always sent along say nothing beside a no.
  if (words && !answers.some(({ said }) => said === 'no')) return short(words.text, 2_000)
  // A checkbox may come with a hidden "no" for when it is not ticked.
  const isAgreed = answers.length
    ? answers.some(({ said }) => said === 'yes')
    : fieldOf(fields, ownFields.consent) === consentShown
  return isAgreed ? form?.consent?.[language] : undefined
}
