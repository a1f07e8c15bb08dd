import { expect, test } from 'vitest'
import { derivedKind, type Parts } from '../kind/system/derived.ts'
import { announcementOf } from '../message/announce.ts'
import { toItem, type Item } from '../record/item.ts'
import { planName } from './derived.ts'
import { kinds, plan } from './fixture.ts'

const at = '2027-03-01T09:00:00.000Z'
const derived = (version: number, parts: Parts, more: object = {}): Item =>
  toItem(derivedKind, {
    tenant: 'tenant',
    version,
    subject: { kind: 'customer', id: 'cus_1' },
    at,
    plan: planName(plan),
    parts,
    ...more,
  })
const eventOf = (before: Item | undefined, after: Item) => announcementOf(kinds, before, after).event

test('a changed derived field is told with what it was, under an id that no version of the record has', () => {
  const before = derived(3, { openTickets: { all: [['', 1, 0]] }, purchases: { all: [['', 4, 0]] } })
  const after = derived(
    4,
    { openTickets: { all: [['', 2, 0]] }, purchases: { all: [['', 4, 0]] } },
    { hop: 2 },
  )
  expect(eventOf(before, after)).toMatchObject({
    type: 'customer.updated',
    detail: {
      ref: { tenant: 'tenant', kind: 'customer', id: 'cus_1', eventId: 'cus_1.d4', hop: 2 },
      changed: ['openTickets'],
      old: { openTickets: 1 },
      customer: { openTickets: 2, purchases: 4 },
    },
  })
  expect(eventOf(after, after)).toBeUndefined()
})

test('what came to nothing before is no news while it does, and is when it does not', () => {
  expect(eventOf(undefined, derived(1, {}))).toBeUndefined()
  const some = derived(1, { openTickets: { all: [['', 1, 0]] } })
  expect(eventOf(undefined, some)?.detail).toMatchObject({
    changed: ['openTickets'],
    old: { openTickets: 0 },
  })
  const otherPlan = derived(1, { openTickets: { all: [['', 1, 0]] } }, { plan: 'other' })
  expect(eventOf(otherPlan, derived(2, { openTickets: { all: [['', 1, 0]] } }))?.detail.changed).toEqual([
    'openTickets',
  ])
  expect(eventOf(undefined, otherPlan)).toBeUndefined()
})

test('what time alone has changed is no news', () => {
  const old = {
    complaints90Days: { days: [['2026-11-01', [['', 1, 0]]]] as [string, [string, number, number][]][] },
  }
  expect(eventOf(derived(1, old, { at: '2026-12-01T09:00:00.000Z' }), derived(2, {}))).toBeUndefined()
})
