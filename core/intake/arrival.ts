import * as z from 'zod/mini'
import type { Company } from '../company/company.ts'
import type { Form } from '../company/form/form.ts'
import { formOf } from '../company/form-of.ts'
import { consentShown, ownFields } from '../html/own-field.ts'
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
import { Fault, fieldFault } from '../record/fault.ts'
import { channels, type Lead } from '../kind/sales/lead.ts'
import { posted, type Posted } from '../kind/sales/posted.ts'
import { submissionKind, type Submission } from '../kind/system/submission.ts'
import type { Fields, Undecoded } from './body/body.ts'
import { leavesOf, livesAbroad, readInquiry, short, inquiry, type Inquiry } from './normalize.ts'
import { fieldOf, isEmpty } from './part.ts'
import { readConsent } from './read/consent.ts'
import { idsOf } from './submission-id.ts'
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
    submission: z.omit(submissionKind.schema, { outcome: true, leadId: true, posted: true }),
    posted: posted(),
    inquiry: inquiry(),
  })
export type Arrival = z.infer<ReturnType<typeof arrival>>

/** What was posted, read. Throws Fault `input.invalid` for a form without a word, `field.invalid` for such a lead of a program. */
export function arrive(post: Post, company: Company, { now, leadId: newLeadId, sha256 }: Beside): Arrival {
  if (isEmpty(post.fields)) {
    const rest = 'is empty: say at least how you can be reached, or what it is about'
    if (post.door === 'api') throw fieldFault([{ path: [], message: rest }])
    throw new Fault('input.invalid', `the form ${rest}`)
  }
  const form = formOf(company, post.formId)
  // Cut as they are kept, so that a restored submission is read from the same.
  const referrer = short(post.referer, longestReferrer)
  const query = short(post.query, longestQuery)
  const { acceptLanguage } = post
  const isAbroad = livesAbroad(post.fields, form, acceptLanguage)
  const said = readInquiry(post.fields, form, { acceptLanguage, page: referrer, query, isAbroad }, company)
  const { id, earlierId, wordsId } = idsOf(post, company, { now, sha256 })
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
      ...submissionOf(post, { id, receivedAt }, said),
      ...defined({ wordsId, abroad: isAbroad || undefined }),
    },
    posted: { ...postedOf(post, said.language, receivedAt, form), ...defined({ referrer, query }) },
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
export function arriveAgain(
  { stored, posted: { message: _, also: __, ...all } }: { stored: Submission; posted: Posted },
  company: Company,
  { now, leadId: newLeadId }: Pick<Beside, 'now' | 'leadId'>,
): Arrival {
  const { outcome: ___, leadId: ____, posted: _____, ...kept } = stored
  const { language, languageAssumed, abroad: isAbroad } = stored
  const { referrer: page, query, fields } = all
  const form = formOf(company, stored.formId)
  const { assumed = [], ...said } = readInquiry(fields, form, { page, query, isAbroad }, company)
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
    posted: all,
    inquiry: { ...said, language, ...(nobodySaid.length && { assumed: nobodySaid }) },
  }
}

function submissionOf(
  post: Post,
  { id, receivedAt }: { id: SubmissionId; receivedAt: Instant },
  said: Inquiry,
): Arrival['submission'] {
  const suspicion = suspicionOf(post, receivedAt)
  return {
    tenant: post.tenant,
    id,
    version: 1,
    createdAt: receivedAt,
    updatedAt: receivedAt,
    door: post.door,
    formId: post.formId,
    language: said.language,
    ...(said.assumed?.includes('language') && { languageAssumed: true as const }),
    ...(post.channel && post.channel !== usualChannel(post.door) && { channel: post.channel }),
    ...(suspicion.length && { suspicion }),
  }
}

const suspicionOf = (post: Post, receivedAt: Instant): Submission['suspicion'] & object => [
  ...(post.isUnproven ? (['unsigned'] as const) : []),
  ...(post.isFlood ? (['flood'] as const) : []),
  ...(post.door === 'form' ? suspect(post.fields, Date.parse(receivedAt)) : []),
]

function postedOf(post: Post, language: Language, receivedAt: Instant, form: Form | undefined): Posted {
  const consent = consentOf(post.fields, language, form)
  // Only of those that may be a program's: it helps to tell them apart, and says nothing else.
  const userAgent = suspicionOf(post, receivedAt).length ? short(post.userAgent, 300) : undefined
  return {
    fields: post.fields.filter(([name, value]) => isWorthKeeping(name, value)),
    ...(post.undecoded?.length && { undecoded: post.undecoded }),
    contentType: post.contentType.slice(0, 200),
    ...(userAgent && { userAgent }),
    ...(consent && { consent }),
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
