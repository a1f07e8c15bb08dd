import * as z from 'zod/mini'
import { personId, teamId, tenantId } from '../../record/id.ts'
import { type Entity } from '../../record/item.ts'
import { keyOf, type Key } from '../../record/key.ts'

/** A turn that was given out: its number, and whose it is once the order has changed since. */
const givenTurn = z.union([z.int(), z.tuple([z.int(), personId])])
export type GivenTurn = z.infer<typeof givenTurn>

/**
 * Whose turn it is in a team. One item, changed where it lies by each assignment: it gives out numbers, and who has a
 * number follows from the order, which is made anew when somebody comes or goes (core/assign/round-robin.ts).
 */
export const rotation = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  team: teamId,
  /** who is there, sorted and joined: an assignment rests on it */
  present: z.string(),
  /** the same people in the order of their turns */
  order: z.array(personId).check(z.minLength(1)),
  /** turn n is that of `order[(n - first) % order.length]` */
  first: z.int(),
  /** leads that those had who had most when this order began: of that round, turns up to then were the first ones' */
  round: z.int().check(z.nonnegative()),
  /** the number that is given out next */
  next: z.int().check(z.nonnegative()),
  /** members who were not there then and had their lead of that round */
  served: z.array(personId),
  /** turns of which it is not known yet what became of them, by the claim of the segment that took them */
  open: z.record(z.string(), givenTurn),
  /** turns that came back, by their number: they are given out before any new one */
  back: z.record(z.string(), givenTurn),
  /** a turn of each to whom a lead could not go again, for his next one */
  kept: z.record(z.string(), givenTurn),
})
export type Rotation = z.infer<typeof rotation>

export const rotationPartition = (tenant: string, team: string): string => keyOf(tenant, 'rotation', team)

export const rotationKey = (tenant: string, team: string): Key => ({
  pk: rotationPartition(tenant, team),
  sk: '@',
})

export const rotationEntity: Entity<Rotation> = {
  kind: 'rotation-order',
  schema: rotation,
  keys: ({ tenant, team }) => rotationKey(tenant, team),
}
