import { expect, test } from 'vitest'
import { leadKind } from '../kind/sales/lead.ts'
import { monday, newLead } from '../workflow/fixture.ts'
import { change, writeOf } from './change.ts'
import { fromItem, toItem } from './item.ts'

test('a change is the next version as of its moment, and says which fields are otherwise', () => {
  const before = newLead()
  const { after, changed } = change(
    before,
    { product: 'sensors', queueId: undefined, status: 'open' },
    monday + 1,
  )
  expect(after).toEqual({
    ...fromItem(leadKind, toItem(leadKind, before)),
    product: 'sensors',
    queueId: undefined,
    version: 2,
    updatedAt: '2026-11-23T08:00:00.001Z',
  })
  expect(changed.toSorted()).toEqual(['product', 'queueId'])
})

test('neither the record nor what it is made of is altered, and a field that goes is not there', () => {
  const before = Object.freeze(newLead())
  const { after } = change(before, Object.freeze({ queueId: undefined }), monday)
  expect(before.queueId).toBe('intake')
  expect(Object.keys(after)).not.toContain('queueId')
})

test('its write is refused once somebody else has changed the record', () => {
  const write = writeOf(leadKind, change({ ...newLead(), version: 7 }, {}, monday))
  expect(write).toMatchObject({ do: 'replace', seen: 7, item: { version: 8 } })
})
