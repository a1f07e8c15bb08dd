import * as z from 'zod/mini'
import { choice, instant, optional, ref, stored, value } from '../../record/field.ts'
import { instant as instantSchema, language, leadId, tenantId } from '../../record/id.ts'
import type { Entity } from '../../record/item.ts'
import { keyOf, recordKey, type Key } from '../../record/key.ts'
import { kind, type RecordOf } from '../../record/kind.ts'
import { channels } from '../sales/lead.ts'

/** Guarantee 7: every one is a lead, a merge or quarantined. */
export const submissionKind = kind({
  name: 'submission',
  plural: 'submissions',
  prefix: 'sub',
  title: 'Submission',
  help: 'What arrived, as it arrived: kept before and whatever anything judges of it.',
  silent: true,
  doors: [],
  fields: () => ({
    door: choice('Door', ['form', 'api'], { given: true }),
    formId: stored('Form', { given: true }),
    posted: value('Posted', z.instanceof(Uint8Array), {
      given: true,
      personal: 'identity',
      help: 'all that came, compressed: fields in the order of arrival, bytes that may have been misread, content type, page, query, consent; and the message and other answers as its lead has them',
    }),
    channel: optional(choice('Channel', channels, { given: true, help: "the door's usual one when absent" })),
    language: value('Language', language, { given: true }),
    languageAssumed: optional(
      value('Language assumed', z.literal(true), { given: true, help: "nobody said it: the form's first" }),
    ),
    abroad: optional(
      value('Abroad', z.literal(true), {
        given: true,
        help: "the visitor's languages are of another country than the form, whose rules so read no phone number of his",
      }),
    ),
    outcome: choice('Outcome', ['lead', 'merged', 'quarantined'], { given: true }),
    leadId: optional(
      ref('lead', 'Lead', {
        given: true,
        help: 'the lead it created or was merged into; absent while quarantined',
      }),
    ),
    wordsId: optional(
      ref('submission', 'Id of its words', {
        given: true,
        help: 'of an event that a form service numbers: follows from the number and what the customer said',
      }),
    ),
    suspicion: optional(
      value('Suspicion', z.array(z.enum(['honeypot', 'too-fast', 'unsigned', 'flood'])), {
        given: true,
        help: 'why it is, or was, under suspicion',
      }),
    ),
    restoredAt: optional(instant('Restored', { given: true })),
    restoredBy: optional(stored('Restored by', { given: true })),
  }),
  called: ({ id }) => id,
  // Only what nobody has looked at yet is listed; any other is found by its lead.
  indexed: ({ tenant, outcome, createdAt, id }) =>
    outcome === 'quarantined'
      ? { listPk: quarantineList(tenant), listSk: keyOf(createdAt, id) }
      : { listPk: undefined, listSk: undefined },
})
export type Submission = RecordOf<typeof submissionKind>

/** Of the index `list`: what is under suspicion. */
export const quarantineList = (tenant: string): string => keyOf(tenant, 'submission', 'quarantined')

/**
 * An item that makes an e-mail address or a phone number unique among open leads. It is written in the transaction
 * that makes the claim. A submission needs none: its id follows from what makes it unique.
 */
export const uniqueKey = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  scope: z.enum(['email', 'phone']),
  value: z.string(),
  leadId,
  at: instantSchema,
})
export type UniqueKey = z.infer<typeof uniqueKey>

export const uniqueKeyKey = (tenant: string, scope: UniqueKey['scope'], value: string): Key =>
  recordKey(tenant, `unique.lead.${scope}.${value}`)

export const uniqueKeyEntity: Entity<UniqueKey> = {
  kind: 'unique',
  schema: uniqueKey,
  keys: (record) => uniqueKeyKey(record.tenant, record.scope, record.value),
}
