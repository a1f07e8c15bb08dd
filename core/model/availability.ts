import * as z from 'zod'
import { instant, personId, teamId, tenantId } from './base.ts'
import { keyOf, type Entity } from './entity.ts'

/** A time during which a person gets no new work. One partition holds them all; those that are over expire. */
export const absence = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  id: z.string(),
  person: personId,
  from: instant,
  until: instant,
  reason: z.string().optional(),
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

/**
 * A member's place in a team's rotation. `turn` grows by one with each lead; the smallest effective turn is next.
 * One item per member: concurrent assignments meet only when they choose the same person.
 */
export const rotation = z.object({
  tenant: tenantId,
  version: z.int().positive(),
  team: teamId,
  person: personId,
  turn: z.int().nonnegative(),
})
export type Rotation = z.infer<typeof rotation>

export const rotationPartition = (tenant: string, team: string): string => keyOf(tenant, 'rotation', team)

export const rotationEntity: Entity<Rotation> = {
  kind: 'rotation',
  schema: rotation,
  keys: (record) => ({
    pk: rotationPartition(record.tenant, record.team),
    sk: keyOf('member', record.person),
  }),
}
