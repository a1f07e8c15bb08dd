import { expect, test } from 'vitest'
import { draftOf } from './draft.ts'

const of = (body: object, path = '/leads/lead_1/activities') => draftOf({ path, body })

test('what was recorded of a contact is typed again as it was', () => {
  const nextAt = '2027-03-02T10:00:00.000Z'
  expect(
    of({ what: 'email', direction: 'in', text: 'Wants forty', nextStep: 'Send the offer', nextAt }),
  ).toEqual({
    what: 'email',
    direction: 'in',
    text: 'Wants forty',
    step: 'Send the offer',
    nextAt: Date.parse(nextAt),
  })
  expect(of({ what: 'call', direction: 'out', outcome: 'reached' })).toEqual({
    what: 'call',
    direction: 'out',
    text: '',
    step: '',
    nextAt: undefined,
  })
})

test('what nobody has typed is no draft', () => {
  expect(of({ what: 'close', outcome: 'won' })).toBeUndefined()
  expect(of({ to: 'maria' }, '/leads/lead_1/give')).toBeUndefined()
})
