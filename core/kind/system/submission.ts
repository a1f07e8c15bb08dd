import * as z from 'zod'
import { instant, language, leadId, submissionId, tenantId } from '../../record/id.ts'
import { keyOf, type Entity, type Key } from '../../record/item.ts'
import { lead } from '../sales/lead.ts'

/** What arrived, as it arrived: kept before and whatever anything judges of it. Guarantee 7: every one is a lead, a merge or quarantined. */
export const submission = z.object({
  tenant: tenantId,
  id: submissionId,
  version: z.int().positive(),
  receivedAt: instant,
  door: z.enum(['form', 'api']),
  formId: z.string(),
  contentType: z.string(),
  /** name and value in the order of arrival; a name may come again */
  fields: z.array(z.tuple([z.string(), z.json()])),
  /** what may have been misread: its bytes, so that no word is gone for good */
  undecoded: z
    .array(
      z.object({
        /** the whole body, or of a field its name, its value, or the name of its file */
        of: z.enum(['body', 'name', 'value', 'file']),
        /** the name of the field, as it was read */
        field: z.string(),
        /** in which it was read */
        charset: z.string(),
        base64: z.string(),
      }),
    )
    .optional(),
  /** the door's usual one when absent */
  channel: lead.shape.channel.optional(),
  /** the page on which the form stands, with its query */
  referrer: z.string().optional(),
  /** query string of the address that was posted to */
  query: z.string().optional(),
  userAgent: z.string().optional(),
  language,
  /** nobody said it: the form's first */
  languageAssumed: z.literal(true).optional(),
  /** the visitor's languages are of another country than the form, whose rules so read no phone number of his */
  abroad: z.literal(true).optional(),
  consent: z.object({ text: z.string(), at: instant }).optional(),
  outcome: z.enum(['lead', 'merged', 'quarantined']),
  /** the lead it created or was merged into; absent while quarantined */
  leadId: leadId.optional(),
  /** of an event that a form service numbers: follows from the number and what the customer said */
  wordsId: submissionId.optional(),
  /** why it is, or was, under suspicion */
  suspicion: z.array(z.enum(['honeypot', 'too-fast', 'unsigned', 'flood'])).optional(),
  restoredAt: instant.optional(),
  restoredBy: z.string().optional(),
})
export type Submission = z.infer<typeof submission>

export const submissionKey = (tenant: string, id: string): Key => ({
  pk: keyOf(tenant, 'submission', id),
  sk: '@',
})

export const submissionEntity: Entity<Submission> = {
  kind: 'submission',
  schema: submission,
  keys: (record) => ({
    ...submissionKey(record.tenant, record.id),
    listPk:
      record.outcome === 'quarantined'
        ? keyOf(record.tenant, 'quarantine')
        : keyOf(record.tenant, 'submission', record.receivedAt.slice(0, 10)),
    listSk: keyOf(record.receivedAt, record.id),
  }),
}

/**
 * An item that makes an e-mail address or a phone number unique among open leads. It is written in the transaction
 * that makes the claim. A submission needs none: its id follows from what makes it unique.
 */
export const uniqueKey = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  scope: z.enum(['email', 'phone']),
  value: z.string(),
  leadId,
  at: instant,
})
export type UniqueKey = z.infer<typeof uniqueKey>

export const uniqueKeyKey = (tenant: string, scope: UniqueKey['scope'], value: string): Key => ({
  pk: keyOf(tenant, 'unique', scope, value),
  sk: '@',
})

export const uniqueKeyEntity: Entity<UniqueKey> = {
  kind: 'unique',
  schema: uniqueKey,
  keys: (record) => uniqueKeyKey(record.tenant, record.scope, record.value),
}
