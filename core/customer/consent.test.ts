import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { consentChannels, consentKind, consentProofKind, consentPurposes } from '../kind/customer/consent.ts'
import { customerKind } from '../kind/customer/customer.ts'
import { reduce, valuesAt } from '../project/derived.ts'
import { fromItem } from '../record/item.ts'
import { consentsNow, recordConsent } from './consent.ts'

const said = fc.array(
  fc.record({
    minute: fc.nat({ max: 5 }),
    channel: fc.constantFrom(...consentChannels),
    purpose: fc.constantFrom(...consentPurposes),
    state: fc.constantFrom('given', 'withdrawn'),
  }),
  { maxLength: 40 },
)

const proofOf = ({ minute, ...more }: { minute: number }, n: number) =>
  consentProofKind.schema.parse({
    tenant: 'acme',
    version: 1,
    subject: { kind: 'customer', id: 'cus_1' },
    id: `cst_${String(n).padStart(3, '0')}`,
    at: `2027-03-01T09:0${minute}:00.000Z`,
    by: 'anna',
    enteredAt: '2027-03-01T10:00:00.000Z',
    source: 'paper',
    proof: 'Yes, write to me.',
    ...more,
  })

test('what counts is what was said last, in whatever order it was recorded; all of it is kept; rules see the same', () => {
  fc.assert(
    fc.property(said, (all) => {
      const proofs = all.map(proofOf)
      const now = consentsNow(proofs)
      expect(now.flatMap(({ history }) => history)).toHaveLength(proofs.length)
      for (const { channel, purpose, state, since, history } of now) {
        const own = proofs.filter((each) => each.channel === channel && each.purpose === purpose)
        const last = own.reduce((a, b) => (b.at > a.at || (b.at === a.at && b.id > a.id) ? b : a))
        expect([state, history[0]!.id]).toEqual([last.state, last.id])
        expect(since <= last.at).toBe(true)
      }
      const items = proofs.flatMap((proof) =>
        recordConsent(proof).flatMap((write) => ('item' in write ? [write.item] : [])),
      )
      const at = Date.parse('2027-03-01T10:00:00.000Z')
      const derived = valuesAt(customerKind.derived!, reduce(customerKind.derived!, items, at), at)
      const email = now.find(({ channel, purpose }) => channel === 'email' && purpose === 'marketing')
      expect(derived.mayEmail).toBe(email?.state)
    }),
  )
})

test('since says when it was said first without being taken back', () => {
  const by = { channel: 'email', purpose: 'marketing' }
  const states = ['given', 'withdrawn', 'given', 'given'].map((state, minute) => ({ ...by, state, minute }))
  expect(consentsNow(states.map(proofOf))).toMatchObject([
    { state: 'given', since: '2027-03-01T09:02:00.000Z' },
  ])
  expect(consentsNow(states.slice(0, 1).map(proofOf))[0]!.since).toBe('2027-03-01T09:00:00.000Z')
  expect(consentsNow([])).toEqual([])
})

test('the words of a proof are in one place, and not among what happened', () => {
  const said = { minute: 0, channel: 'sms', purpose: 'service', state: 'given' }
  const proof = proofOf(said, 1)
  const [kept, told] = recordConsent(proof).flatMap((write) => ('item' in write ? [write.item] : []))
  expect(JSON.stringify(kept)).toContain('Yes, write to me.')
  expect(JSON.stringify(told)).not.toContain('Yes, write to me.')
  expect(fromItem(consentKind, told!)).toMatchObject({ state: 'given', source: 'paper' })
})
