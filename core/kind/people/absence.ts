import * as z from 'zod/mini'
import { instant, personId, tenantId } from '../../record/id.ts'
import { type Entity } from '../../record/item.ts'
import { keyOf } from '../../record/key.ts'

/** A time during which a person gets no new work. One partition holds them all; those that are over expire. */
export const absence = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  id: z.string(),
  person: personId,
  from: instant,
  until: instant,
  reason: z.optional(z.string()),
})
export type Absence = z.infer<typeof absence>

/** A month is kept for explanations of past decisions. */
export const keptAfterMilliseconds = 30 * 86_400_000

export const absencePartition = (tenant: string): string => keyOf(tenant, 'absence')

export const absenceEntity: Entity<Absence> = {
  kind: 'absence',
  schema: absence,
  keys: (record) => ({
    pk: absencePartition(record.tenant),
    // Sorted by the end, so that one query from now on reads only what still matters.
    sk: keyOf(record.until, record.person, record.id),
    expiresAt: Math.floor((Date.parse(record.until) + keptAfterMilliseconds) / 1000),
  }),
}
