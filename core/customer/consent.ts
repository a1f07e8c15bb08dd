import * as z from 'zod/mini'
import {
  consentChannels,
  consentKind,
  consentProofKind,
  consentPurposes,
  consentSources,
  type ConsentProof,
} from '../kind/customer/consent.ts'
import { toItem } from '../record/item.ts'
import { givenTime } from '../time/given-time.ts'
import type { Write } from '../store/store.ts'

/** What somebody says of a consent. */
export const consentInput = z.strictObject({
  channel: z.enum(consentChannels),
  purpose: z.enum(consentPurposes),
  state: z.enum(['given', 'withdrawn']),
  source: z.enum(consentSources),
  /** when it was given or withdrawn, if not now */
  at: z.optional(givenTime),
  proof: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(5_000))),
  reference: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
})

/** A consent beside those that were given before: nothing is overwritten. */
export function recordConsent(proof: ConsentProof): Write[] {
  const { proof: _, reference: __, enteredAt: ___, ...told } = proof
  return [
    { do: 'create', item: toItem(consentProofKind, proof) },
    { do: 'create', item: toItem(consentKind, told) },
  ]
}

type View = Omit<ConsentProof, 'tenant' | 'version' | 'subject'>

/** The state of one channel and purpose. */
export interface ConsentState {
  channel: ConsentProof['channel']
  purpose: ConsentProof['purpose']
  state: ConsentProof['state']
  since: string
  /** each consent, the newest first */
  history: View[]
}

export const consentView = ({ tenant: _, version: __, subject: ___, ...consent }: ConsentProof): View =>
  consent

/** What counts now: of each channel and purpose what was said last; of one moment what was recorded last. */
export function consentsNow(proofs: readonly ConsentProof[]): ConsentState[] {
  const groups = Map.groupBy(proofs, ({ channel, purpose }) => `${channel} ${purpose}`)
  return [...groups.values()].map((group) => {
    const history = group.toSorted(newestFirst)
    const { channel, purpose, state } = history[0]!
    // Who says the same again has said it since the first of these.
    const changed = history.findIndex((each) => each.state !== state)
    const since = history.at(changed < 0 ? -1 : changed - 1)!.at
    return { channel, purpose, state, since, history: history.map(consentView) }
  })
}

/** The order in which derived fields take the newest: by time, then by id. */
const newestFirst = (a: ConsentProof, b: ConsentProof): number =>
  Number(a.at < b.at) - Number(a.at > b.at) || Number(a.id < b.id) - Number(a.id > b.id)
