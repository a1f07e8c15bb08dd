import { keyOf } from '../record/key.ts'
import { submissionId, type SubmissionId } from '../record/id.ts'
import type { Company } from '../company/company.ts'
import type { Form } from '../company/form/form.ts'
import { formOf } from '../company/form-of.ts'
import { isOwnField, ownFields } from '../html/own-field.ts'
import type { Beside, Post } from './arrival.ts'
import type { Fields } from './body/body.ts'
import { readInquiry, type Reading } from './normalize.ts'
import { eventKeyOf, fieldOf } from './part.ts'

/** The same content without any key within this time is a double click. */
export const doubleClickMilliseconds = 10 * 60_000

export interface SubmissionIds {
  id: SubmissionId
  /** the id that the same content would have had ten minutes before */
  earlierId?: SubmissionId
  /** of an event that a form service numbers: follows from the number and what the customer said */
  wordsId?: SubmissionId
}

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
 */
export function idsOf(
  post: Post,
  company: Company,
  { now, sha256 }: Pick<Beside, 'now' | 'sha256'>,
): SubmissionIds {
  const form = formOf(company, post.formId)
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
  if (event) {
    const said = saidIn(post.fields, form, company)
    return { id: idOf('event', ...event), wordsId: idOf('event', ...event, said) }
  }
  if (post.key) return { id: idOf('key', post.key) }
  if (pageKey) return { id: idOf('page', pageKey, content) }
  return { id: idOf('content', content, window), earlierId: idOf('content', content, window - 1) }
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
export function contentOf({ fields, undecoded }: Pick<Post, 'fields' | 'undecoded'>): string {
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
