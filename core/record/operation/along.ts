import type { AnyRecord, Kind } from '../kind.ts'
import { transitionNamed } from './operation.ts'

/* What a transition leads along: whoever wins a deal has won its customer. */

/** A record that another one names, and the transition through which it is led with it. */
export interface Along {
  id: string
  move: string
}

/**
 * What is led along by a transition that has led from one state to another; nothing when it was done before. A record that two
 * fields name goes the way that the first of them says.
 */
export function ledAlong(kind: Kind, before: AnyRecord, after: AnyRecord, name: string): Along[] {
  const { along = {} } = (before.status !== after.status && transitionNamed(kind, name)) || {}
  const ways = new Map<string, Along>()
  for (const [field, move] of Object.entries(along)) {
    const id = after[field]
    if (move !== undefined && typeof id === 'string' && id !== after.id && !ways.has(id))
      ways.set(id, { id, move })
  }
  return [...ways.values()]
}

/** Whether a record of this kind may be led through the transition from where it is. */
export const leadsOn = (kind: Kind, { status = '' }: AnyRecord, name: string): boolean =>
  transitionNamed(kind, name)?.from.includes(status) === true
