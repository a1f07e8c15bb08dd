import { expect, test } from 'vitest'
import { activityKind, activityTypes } from '../kind/customer/activity.ts'
import { toItem } from '../record/item.ts'
import { company, tenant } from '../workflow/fixture.ts'
import { longestText, tellersOf } from './told.ts'

const told = (more: object) => {
  const activity = activityKind.schema.parse({
    tenant,
    version: 1,
    subject: { kind: 'customer', id: 'cus_1' },
    id: 'act_1',
    at: '2027-03-01T09:00:00.000Z',
    by: 'customer',
    what: 'call',
    ...more,
  })
  return tellersOf(company, new Map())
    .find(({ kind }) => kind === 'activity')!
    .tell(toItem(activityKind, activity))
}

test('a long text is cut, and says so: a page of a hundred fits into an answer', () => {
  expect(told({ text: 'x'.repeat(longestText) })).not.toHaveProperty('isCut')
  const cut = told({ text: 'x'.repeat(longestText + 1) })
  expect([String(cut.text).length, cut.isCut]).toEqual([longestText, true])
})

test('every sort of activity has a title', () => {
  for (const what of activityTypes) expect(told({ what }).title, what).toMatch(/^[A-Z]/)
})

test('what a customer said otherwise is told by the names of its fields', () => {
  const changes = [{ field: 'message', before: 'x'.repeat(20_000), after: 'y' }]
  const merge = told({ what: 'merge', changes, writer: { is: 'contact', name: 'Ann Example' } })
  expect(merge).toMatchObject({ changed: ['message'], writer: { name: 'Ann Example' } })
  expect(merge).not.toHaveProperty('changes')
})
