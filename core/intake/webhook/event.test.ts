import { expect, test } from 'vitest'
import { minutes, openIntake, start } from '../../../test/fixture/intake.ts'
import type { Post } from '../arrival.ts'
import { readJsonBody } from '../body/body.ts'

const day = 24 * 60 * minutes

function door() {
  const { submit } = openIntake()
  return (formId: string, body: object, at = start, more: Partial<Post> = {}) => {
    const { fields } = readJsonBody(new TextEncoder().encode(JSON.stringify(body)), undefined)
    return submit(fields, { formId, ...more }, at)
  }
}

const tally = (email: string, more: object = {}) => ({
  eventId: 'e-1',
  data: {
    fields: [
      { label: 'E-Mail', value: email },
      { label: 'Name', value: 'Bo Ray' },
    ],
  },
  ...more,
})

test.each([31 * minutes, day, 400 * day])(
  'the same event of a service %i ms later is the same receipt',
  async (later) => {
    const post = door()
    const first = await post('tally', tally('b@c.example', { attempt: 1 }))
    expect(first).toMatchObject({ outcome: 'lead' })
    expect(await post('tally', tally('b@c.example', { attempt: 2 }), start + later)).toEqual(first)
  },
)

test('a number that is none of an event loses nobody: who says something else under it is stored for himself', async () => {
  const post = door()
  const first = await post('tally', tally('b@c.example'))
  const other = await post('tally', tally('d@c.example'), start + day)
  expect(other).toMatchObject({ outcome: 'lead' })
  expect(other.submissionId).not.toBe(first.submissionId)
  expect(await post('tally', tally('d@c.example', { attempt: 2 }), start + 2 * day)).toEqual(other)
  expect(await post('tally', tally('b@c.example', { attempt: 3 }), start + 3 * day)).toEqual(first)
})

test('the same number at another form is another event', async () => {
  const post = door()
  const first = await post('tally', tally('b@c.example'))
  const other = await post('webflow', { payload: { id: 'e-1', data: { email: 'b@c.example' } } })
  expect(other).toMatchObject({ outcome: 'merged', leadId: first.leadId })
})

test('who did not prove to be the service is kept aside, and occupies no number of a real event', async () => {
  const post = door()
  const forged = await post('typeform', tally('b@c.example', { event_id: 'e-2' }), start, {
    isUnproven: true,
  })
  expect(forged).toMatchObject({ outcome: 'quarantined' })
  const real = await post('typeform', tally('b@c.example', { event_id: 'e-2' }), start + 1000)
  expect(real).toMatchObject({ outcome: 'lead' })
})
