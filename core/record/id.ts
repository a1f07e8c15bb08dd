import * as z from 'zod/mini'
import { instant as instantField, ref } from './field.ts'

/** ISO 8601 in UTC with milliseconds (`2026-11-22T09:00:00.000Z`): sorts as text. */
export const instant = instantField('Moment')
export type Instant = z.infer<typeof instant>

export const tenantId = z.string().check(z.minLength(1))
export const leadId = ref('lead', 'Lead')
export const submissionId = ref('submission', 'Submission')
export const personId = published<'personId'>()
export const teamId = published<'teamId'>()
export const queueId = published<'queueId'>()
export type LeadId = z.infer<typeof leadId>
export type SubmissionId = z.infer<typeof submissionId>
export type PersonId = z.infer<typeof personId>
export type TeamId = z.infer<typeof teamId>
export type QueueId = z.infer<typeof queueId>

export const language = z.enum(['en', 'uk', 'ru'])
export type Language = z.infer<typeof language>

export const toInstant = (milliseconds: number): Instant => new Date(milliseconds).toISOString()
export const toMilliseconds = (at: Instant): number => Date.parse(at)

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A public identifier: prefix, then a ULID (10 signs of time, 16 of randomness), so identifiers sort by time.
 * `random` are at least 10 random bytes from the caller: the core has no randomness of its own.
 */
export function newId(prefix: string, milliseconds: number, random: Uint8Array): string {
  let time = ''
  for (let rest = milliseconds, i = 0; i < 10; i++, rest = Math.floor(rest / 32))
    time = alphabet[rest % 32] + time
  let bits = 0n
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte)
  let tail = ''
  for (let i = 0; i < 16; i++, bits >>= 5n) tail = alphabet[Number(bits & 31n)] + tail
  return `${prefix}_${time}${tail}`
}

/** The name of what operators publish. */
function published<Brand extends string>() {
  return z.string().check(z.regex(/^[a-z][a-z0-9-]*$/)) as unknown as z.ZodMiniType<
    string & z.core.$brand<Brand>
  >
}
