import { describe, expect, test } from 'vitest'
import { bob, minutes, openIntake, tools, start } from '../../test/fixture/intake.ts'
import { toInstant } from '../record/id.ts'
import { isFault } from '../record/fault.ts'
import { takeInRestored } from './take-in.ts'

describe('a suspicious submission', () => {
  const spam = { ...bob, _website: 'https://spam.example' }

  test('is kept in quarantine and makes nobody known', async () => {
    const { store, submit, of } = openIntake()
    const answer = await submit(spam)
    expect(answer).toEqual({ submissionId: expect.any(String), outcome: 'quarantined' })
    expect(store.all().map((item) => item.kind)).toEqual(['submission'])
    expect(of('submission')[0]).toMatchObject({
      listPk: 'main#submission#quarantined',
      suspicion: ['honeypot'],
    })
  })

  test('that is restored enters the normal flow, its time counted from now', async () => {
    const { store, newLeadId, submit, of, onlyLead } = openIntake()
    const { submissionId } = await submit(spam)
    const now = start + 300 * minutes
    const request = { tenant: 'main', id: submissionId, by: 'maria', now, leadId: newLeadId() }
    const answer = await takeInRestored(store, tools, request)
    expect(answer).toMatchObject({ submissionId, outcome: 'lead' })
    expect(onlyLead()).toMatchObject({
      createdAt: toInstant(now),
      due: toInstant(now + 2 * minutes),
    })
    expect(of('submission')[0]).toMatchObject({
      outcome: 'lead',
      restoredBy: 'maria',
      createdAt: toInstant(start),
    })
    expect(await takeInRestored(store, tools, { ...request, leadId: newLeadId() })).toEqual(answer)
    expect(of('lead')).toHaveLength(1)
  })

  test('that is restored is merged when the customer has an open lead by then', async () => {
    const { store, newLeadId, submit } = openIntake()
    const { submissionId } = await submit(spam)
    const { leadId: open } = await submit({ ...bob, message: 'by hand' })
    const answer = await takeInRestored(store, tools, {
      tenant: 'main',
      id: submissionId,
      by: 'maria',
      now: start + minutes,
      leadId: newLeadId(),
    })
    expect(answer).toEqual({ submissionId, outcome: 'merged', leadId: open })
  })

  test('that is restored overrules nothing that was said after it, and fills what is missing', async () => {
    const { store, newLeadId, submit, onlyLead } = openIntake()
    const { submissionId } = await submit({ ...spam, company: 'Early', employees: '10', message: 'early' })
    const late = { name: 'Bob', email: bob.email, phone: '+49 30 654321', employees: '200', message: 'late' }
    await submit(late, {}, start + minutes)
    const request = {
      tenant: 'main',
      id: submissionId,
      by: 'maria',
      now: start + 5 * minutes,
      leadId: newLeadId(),
    }
    await takeInRestored(store, tools, request)
    expect(onlyLead()).toMatchObject({
      contact: { phone: '+4930654321', company: 'Early' },
      employees: 200,
      message: 'late\n\n———\n\nearly',
    })
    expect(
      await submit({ phone: bob.phone }, {}, start + 6 * minutes),
      'but its number finds the lead',
    ).toMatchObject({
      leadId: onlyLead().id,
    })
  })

  test('that nobody knows cannot be restored', async () => {
    const { store, newLeadId } = openIntake()
    const error = await takeInRestored(store, tools, {
      tenant: 'main',
      id: 'sub_X',
      by: 'maria',
      now: start,
      leadId: newLeadId(),
    }).catch((reason: unknown) => reason)
    expect(isFault(error, 'record.unknown')).toBe(true)
  })
})
