import * as z from 'zod/mini'
import { instant, personId, tenantId } from '../../record/id.ts'
import { type Entity } from '../../record/item.ts'
import { keyOf, type Key } from '../../record/key.ts'

/**
 * Something for which e-mails wait: of a cause, and of one recipient when it concerns him alone. It says when one of
 * them is tried again; the messages themselves are found in the index `list`.
 */
export const mailHold = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  cause: z.string(),
  /** the recipient whom it concerns alone */
  to: z.optional(personId),
  since: instant,
  /** how often one was tried since */
  tries: z.int().check(z.nonnegative()),
  /** when the next one is tried, or the next lot is released */
  next: instant,
  /** one was sent: so many may go in the next round */
  flow: z.optional(z.int().check(z.positive())),
})
export type MailHold = z.infer<typeof mailHold>

export const mailHoldPartition = (tenant: string): string => keyOf(tenant, 'mail-hold')

export const mailHoldKey = (tenant: string, parts: readonly [cause: string, to: string]): Key => ({
  pk: mailHoldPartition(tenant),
  sk: keyOf(...parts),
})

export const mailHoldEntity: Entity<MailHold> = {
  kind: 'mail-hold',
  schema: mailHold,
  keys: ({ tenant, cause, to }) => mailHoldKey(tenant, [cause, to ?? '']),
}
