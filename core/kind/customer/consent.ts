import { choice, instant, optional, prose, stored, text } from '../../record/field.ts'
import { entryKey, fileOf, type Key } from '../../record/key.ts'
import { entry, type RecordOf } from '../../record/kind.ts'

export const consentChannels = ['email', 'phone', 'sms', 'post', 'messenger'] as const
export const consentPurposes = ['marketing', 'service', 'profiling', 'partners'] as const

/** How it came about. */
export const consentSources = ['form', 'phone', 'email', 'paper', 'in-person', 'import', 'link'] as const

const said = () => ({
  id: stored('Id', { given: true }),
  at: instant('When', { help: 'when it was given or withdrawn' }),
  channel: choice('Channel', consentChannels, { help: 'by which way' }),
  purpose: choice('Purpose', consentPurposes, {
    help: 'what for: advertising, news about what was bought, a picture of the person, other companies',
  }),
  state: choice('State', ['given', 'withdrawn'], { help: 'what was said' }),
  source: choice('Source', consentSources, { help: 'how it was said' }),
})

/** Among what happened, where rules and derived fields find it. */
export const consentKind = entry({
  name: 'consent',
  title: 'Consent',
  help: 'Somebody allowed us to write or call for a purpose, or took that back. It is never changed: what was said last counts.',
  fields: () => ({ ...said(), by: stored('By', { given: true, help: 'person id or name of a program' }) }),
  place: ({ at, id }) => entryKey('happened', at, 'consent', id),
})
export type Consent = RecordOf<typeof consentKind>

/** All of one channel and purpose lie together, so that the state now is read without what else happened. */
export const consentProofKind = entry({
  name: 'consent-proof',
  title: 'Proof of consent',
  help: 'What was said exactly: each consent with its proof, by channel and purpose.',
  fields: () => ({
    ...said(),
    by: stored('By', { given: true, help: 'person id or name of a program' }),
    enteredAt: instant('Entered', { given: true, help: 'when it was recorded' }),
    proof: optional(prose('Proof', { most: 5_000, help: 'the words to which it was said' })),
    reference: optional(
      text('Reference', { personal: 'identity', help: 'where the proof lies: a document, a call' }),
    ),
  }),
  place: ({ channel, purpose, at, id }) => entryKey('other', 'consent', channel, purpose, at, id),
})
export type ConsentProof = RecordOf<typeof consentProofKind>

/** Where the proofs of somebody lie. */
export const consentProofs = (tenant: string, id: string): { pk: Key['pk']; prefix: string } => ({
  pk: fileOf(tenant, id),
  prefix: `${entryKey('other', 'consent')}#`,
})
