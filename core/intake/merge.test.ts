import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bob, minutes, openIntake, start } from '../../test/fixture/intake.ts'
import { personId, teamId, toInstant } from '../record/id.ts'
import type { Activity } from '../kind/customer/activity.ts'
import type { Lead } from '../kind/sales/lead.ts'
import type { Submission } from '../kind/system/submission.ts'

describe('a known customer', () => {
  test('with an open lead is merged into it, and its owner is told', async () => {
    const { submit, of, onlyLead, change, messages } = openIntake()
    const first = await submit(bob)
    await change({ ownerId: personId.parse('anna'), teamId: teamId.parse('sales-dach') })
    const second = await submit(
      { email: ' BOB@example.com', company: 'Bob & Sons', message: 'Are you there?' },
      {},
      start + minutes,
    )
    expect(second).toMatchObject({ outcome: 'merged', leadId: first.leadId })
    expect(onlyLead()).toMatchObject({ contact: { name: 'Bob', company: 'Bob & Sons' }, version: 3 })
    expect(onlyLead().message).toBe('Are you there?\n\n———\n\nHello')
    expect(of('activity')).toMatchObject([
      {
        what: 'merge',
        by: 'customer',
        submissionId: second.submissionId,
        of: 'lead',
        text: 'Are you there?',
      },
    ])
    expect(messages()).toMatchObject([{ to: 'anna', template: 'lead-merged', status: 'pending' }])
  })

  test('is known by the phone number too, and what is new of them makes them known', async () => {
    const { submit, of } = openIntake()
    const first = await submit({ phone: '030 123456', message: 'call me' })
    expect(await submit({ phone: '+49 30 123 456', email: 'c@example.com' })).toMatchObject({
      leadId: first.leadId,
      outcome: 'merged',
    })
    expect(await submit({ email: 'c@example.com', message: 'third' })).toMatchObject({
      leadId: first.leadId,
      outcome: 'merged',
    })
    expect(of('lead')).toHaveLength(1)
  })

  test('says another budget, and nothing new with the same one', async () => {
    const { submit, onlyLead, of } = openIntake()
    await submit({ ...bob, budget: '20 000 €' })
    await submit({ email: bob.email, budget: '20k' }, {}, start + minutes)
    await submit({ email: bob.email, budget: '25 000,50 EUR' }, {}, start + 2 * minutes)
    expect(onlyLead().budget).toEqual({ minor: 2_500_050, currency: 'EUR' })
    expect(of<Activity>('activity').map(({ changes }) => changes)).toEqual([
      undefined,
      [
        {
          field: 'budget',
          before: { minor: 2_000_000, currency: 'EUR' },
          after: { minor: 2_500_050, currency: 'EUR' },
        },
      ],
    ])
  })

  test('whose lead is closed gets a new one, which is then the known one', async () => {
    const { submit, change } = openIntake()
    const first = await submit(bob)
    await change({ status: 'lost', queueId: undefined, next: undefined, due: undefined })
    const second = await submit(bob, {}, start + 60 * minutes)
    expect(second.outcome).toBe('lead')
    expect(second.leadId).not.toBe(first.leadId)
    expect(await submit({ ...bob, message: 'again' }, {}, start + 61 * minutes)).toMatchObject({
      outcome: 'merged',
      leadId: second.leadId,
    })
  })

  test('who was answered is to be answered again within a first follow-up', async () => {
    const { submit, onlyLead, change } = openIntake()
    await submit(bob)
    const far = toInstant(start + 30 * 24 * 60 * minutes)
    await change({
      ownerId: personId.parse('anna'),
      teamId: teamId.parse('sales-dach'),
      queueId: undefined,
      answeredAt: toInstant(start),
      next: 'follow-up',
      due: far,
    })
    await submit({ ...bob, message: 'a new question' }, {}, start + minutes)
    // Two working days after Monday, 09:01 in Berlin
    expect(onlyLead()).toMatchObject({ next: 'follow-up', due: '2027-03-03T08:01:00.000Z' })
  })

  test('whose lead waits in a queue: its watchers are told', async () => {
    const { submit, messages, change } = openIntake()
    await submit(bob)
    await change({ queueId: 'unanswered' as Lead['queueId'] })
    await submit({ ...bob, message: 'hello?' })
    expect(
      messages()
        .map(({ to }) => String(to))
        .toSorted(),
    ).toEqual(['iryna', 'maria', 'priya'])
  })

  test('never has two open leads, whatever arrives at once', async () => {
    const email = fc.constantFrom('a@example.com', 'b@example.com', undefined)
    const phone = fc.constantFrom('+4930123456', '+380501234567', undefined)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ email, phone, message: fc.string({ minLength: 1 }) }), { maxLength: 12 }),
        async (all) => {
          const { submit, of } = openIntake()
          const answers = await Promise.all(
            all.map(({ email: e, phone: p, message }) =>
              submit([
                ['message', `m ${message}`],
                ...(e ? [['email', e] as [string, string]] : []),
                ...(p ? [['phone', p] as [string, string]] : []),
              ]),
            ),
          )
          const submissions = of<Submission>('submission')
          const count = (outcome: string) => submissions.filter((item) => item.outcome === outcome).length
          expect(submissions.length).toBe(of('lead').length + count('merged'))
          expect(of<Activity>('activity').filter(({ what }) => what === 'merge')).toHaveLength(
            count('merged'),
          )
          for (const answer of answers)
            expect(submissions.some(({ id }) => id === answer.submissionId)).toBe(true)
          const emails = of<Lead>('lead').flatMap((lead) => lead.contact.email ?? [])
          expect(new Set(emails).size).toBe(emails.length)
        },
      ),
      { numRuns: 200 },
    )
  })
})
