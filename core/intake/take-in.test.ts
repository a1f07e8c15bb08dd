import { describe, expect, test } from 'vitest'
import { bob, minutes, openIntake, post, tools, sha256, start } from '../../test/fixture/intake.ts'
import { toInstant } from '../record/id.ts'
import { arrival as arrivalSchema } from './arrival.ts'
import { takeInAcknowledged } from './take-in.ts'

describe('a submission that waited in the spool', () => {
  test('is stored once with the ids and the time it was acknowledged with, however often it is delivered', async () => {
    const { store, arrival, onlyLead } = openIntake()
    const waiting = arrivalSchema().parse(JSON.parse(JSON.stringify(arrival(post(bob, { key: 'k1' })))))
    const answer = await takeInAcknowledged(store, waiting, tools, sha256)
    expect(await takeInAcknowledged(store, waiting, tools, sha256)).toEqual(answer)
    expect(answer).toEqual({ submissionId: waiting.id, leadId: waiting.leadId, outcome: 'lead' })
    expect(onlyLead().createdAt).toBe(toInstant(start))
  })

  test('has the receipt that a repetition of the request gets from the store', async () => {
    const { store, arrival, submit } = openIntake()
    const spooled = arrival(post(bob, { key: 'k1' }))
    const direct = await submit(bob, { key: 'k1' }, start + 90 * minutes)
    expect(direct.submissionId).toBe(spooled.id)
    expect(await takeInAcknowledged(store, spooled, tools, sha256)).toEqual(direct)
  })

  test('is stored under its receipt even when the same words came just before', async () => {
    const { store, arrival, submit } = openIntake()
    const first = await submit(bob)
    const waiting = arrival(post(bob), start + 10 * minutes)
    expect(await submit(bob, {}, start + 10 * minutes)).toEqual(first)
    expect(await takeInAcknowledged(store, waiting, tools, sha256)).toEqual({
      submissionId: waiting.id,
      leadId: first.leadId,
      outcome: 'merged',
    })
  })

  test('is not lost when its key turns out to be used', async () => {
    const { store, arrival, submit, of } = openIntake()
    await submit(bob, { key: 'k1' })
    const other = arrival(post({ ...bob, message: 'other' }, { key: 'k1' }))
    const answer = await takeInAcknowledged(store, other, tools, sha256)
    expect(answer.outcome).toBe('merged')
    expect(await takeInAcknowledged(store, other, tools, sha256)).toEqual(answer)
    expect(of('submission')).toHaveLength(2)
  })
})
