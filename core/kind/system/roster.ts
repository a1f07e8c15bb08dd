import * as z from 'zod/mini'
import { tenantId } from '../../record/id.ts'
import { type Entity } from '../../record/item.ts'
import { keyOf, type Key } from '../../record/key.ts'
import { absence } from '../people/absence.ts'

/**
 * The absences that are not over, in one item: a segment reads it together with its lead. The absences themselves are
 * the truth; whoever writes one writes this with it, and the watchdog compares the two.
 */
export const roster = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  absences: z.array(z.pick(absence, { id: true, person: true, from: true, until: true })),
})
export type Roster = z.infer<typeof roster>

export const rosterKey = (tenant: string): Key => ({ pk: keyOf(tenant, 'roster'), sk: '@' })

export const rosterEntity: Entity<Roster> = {
  kind: 'roster',
  schema: roster,
  keys: ({ tenant }) => rosterKey(tenant),
}
