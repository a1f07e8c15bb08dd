import * as z from 'zod/mini'
import { instant, tenantId } from '../../record/id.ts'
import { type Entity } from '../../record/item.ts'
import { keyOf } from '../../record/key.ts'

/** All open records of a tenant were gone through on a day: written at the end, so what was broken off is begun again. */
export const dailyWalk = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  /** UTC */
  day: z.iso.date(),
  at: instant,
  /** so many were found that nobody was asked about, when it ended */
  found: z.int().check(z.nonnegative()),
})
export type DailyWalk = z.infer<typeof dailyWalk>

const keptDays = 90

export const dailyWalkEntity: Entity<DailyWalk> = {
  kind: 'daily-walk',
  schema: dailyWalk,
  keys: ({ tenant, day }) => ({
    pk: keyOf(tenant, 'daily-walk'),
    sk: day,
    expiresAt: Math.floor(Date.parse(day) / 1000) + keptDays * 86_400,
  }),
}
