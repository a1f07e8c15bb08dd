import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { timelineOf } from './reading.ts'

/**
 * What happens when, to the minute. The expected times are written down, not computed: they are what a person with a
 * calendar in hand would say. Berlin and Kyiv open from 9 to 18 on weekdays.
 */
interface Unanswered {
  name: string
  country: string
  at: string
  /** in the order of the levels */
  reminder: string
  handover: string
  queue: string
}

/** Leads that arrive near each other share a cloud: hours of business time are many rounds of the watchdog. */
const occasions: Record<string, Unanswered[]> = {
  'an ordinary Monday': [
    {
      name: 'on an ordinary Monday at ten in Berlin',
      country: 'DE',
      at: '2027-03-01T09:00:00.000Z',
      reminder: '2027-03-01T09:30:00.000Z',
      handover: '2027-03-01T10:00:00.000Z',
      queue: '2027-03-01T11:00:00.000Z',
    },
  ],
  'a weekend': [
    {
      name: 'before a weekend with a holiday on Monday in Kyiv',
      country: 'UA',
      at: '2027-03-05T15:50:00.000Z',
      reminder: '2027-03-09T07:20:00.000Z',
      handover: '2027-03-09T07:50:00.000Z',
      queue: '2027-03-09T08:50:00.000Z',
    },
    {
      name: 'on a Friday ten minutes before closing: the rest of the promise is Monday’s',
      country: 'DE',
      at: '2027-03-05T16:50:00.000Z',
      reminder: '2027-03-08T08:20:00.000Z',
      handover: '2027-03-08T08:50:00.000Z',
      queue: '2027-03-08T09:50:00.000Z',
    },
    {
      name: 'on a Friday night: the promise begins on Monday',
      country: 'DE',
      at: '2027-03-05T22:15:00.000Z',
      reminder: '2027-03-08T08:30:00.000Z',
      handover: '2027-03-08T09:00:00.000Z',
      queue: '2027-03-08T10:00:00.000Z',
    },
  ],
  'Easter, and the night in which clocks go forward': [
    {
      name: 'before Easter in Berlin, with the night in which clocks go forward in between',
      country: 'DE',
      at: '2027-03-25T16:50:00.000Z',
      reminder: '2027-03-30T07:20:00.000Z',
      handover: '2027-03-30T07:50:00.000Z',
      queue: '2027-03-30T08:50:00.000Z',
    },
    {
      name: 'in the very night in which clocks go forward in Kyiv',
      country: 'UA',
      at: '2027-03-28T01:30:00.000Z',
      reminder: '2027-03-29T06:30:00.000Z',
      handover: '2027-03-29T07:00:00.000Z',
      queue: '2027-03-29T08:00:00.000Z',
    },
  ],
  'the night in which clocks go back': [
    {
      name: 'before the weekend in which clocks go back in Kyiv',
      country: 'UA',
      at: '2027-10-29T14:50:00.000Z',
      reminder: '2027-11-01T07:20:00.000Z',
      handover: '2027-11-01T07:50:00.000Z',
      queue: '2027-11-01T08:50:00.000Z',
    },
    {
      name: 'before the weekend in which clocks go back in Berlin',
      country: 'DE',
      at: '2027-10-29T15:50:00.000Z',
      reminder: '2027-11-01T08:20:00.000Z',
      handover: '2027-11-01T08:50:00.000Z',
      queue: '2027-11-01T09:50:00.000Z',
    },
  ],
}
const managers: Record<string, string> = { DE: 'maria', UA: 'iryna' }
const watchers = ['iryna', 'maria', 'priya']

describe.each(Object.entries(occasions))(
  'over %s a lead that nobody answers is chased, each time once',
  (_occasion, cases) => {
    const ids = new Map<Unanswered, string>()
    let cloud: Cloud

    beforeAll(async () => {
      cloud = await openCloud({ start: cases[0]!.at })
      for (const lead of cases) {
        await cloud.advance({ to: lead.at })
        const email = `${ids.size}@customer.example`
        ids.set(lead, (await cloud.postForm({ name: 'Waiting', email, country: lead.country })).json.leadId)
      }
      await cloud.advance({
        to: cases
          .map(({ queue }) => queue)
          .toSorted()
          .at(-1)!,
      })
    })
    afterAll(() => cloud?.stop())

    test.each(cases)('$name', async (expected) => {
      const { country, at, reminder, handover, queue } = expected
      const timeline = (await timelineOf(cloud, ids.get(expected)!)).filter((entry) => entry.at <= queue)
      const [first, second] = ['lead-assigned', 'lead-reassigned'].map(
        (template) => timeline.find((entry) => entry.template === template)?.to,
      )
      expect(second, 'a colleague gets it').not.toBe(first)
      expect(timeline).toEqual([
        { at, template: 'lead-assigned', to: first },
        { at: reminder, template: 'lead-reminder', to: first },
        { at: handover, template: 'lead-overdue', to: managers[country] },
        { at: handover, template: 'lead-reassigned', to: second },
        { at: queue, template: 'lead-queued', to: expect.toBeOneOf(watchers) },
      ])
      const { json: lead } = await cloud.lead(ids.get(expected)!)
      expect(lead).toMatchObject({
        status: 'open',
        respondBy: reminder,
        queueId: 'unanswered',
        next: 'take',
      })
      expect(lead.ownerId).toBeUndefined()
    })
  },
)

describe('an answer ends the chase', () => {
  const at = '2027-03-01T09:00:00.000Z'
  const day = '2027-03-02T09:00:00.000Z'
  let cloud: Cloud

  interface Posted {
    leadId: string
    owner: string
  }
  const posted = {} as Record<'inTime' | 'lastMinute' | 'reminded' | 'handedOver' | 'noted', Posted>

  /** One cloud for all: each lead has its own story, told by the same clock. */
  beforeAll(async () => {
    cloud = await openCloud({ start: at })
    for (const name of ['inTime', 'lastMinute', 'reminded', 'handedOver', 'noted'] as const) {
      const { json } = await cloud.postForm({ name, email: `${name}@customer.example`, country: 'DE' })
      await cloud.settle()
      posted[name] = { leadId: json.leadId, owner: (await cloud.lead(json.leadId)).json.ownerId }
    }
    const act = async (moment: string, { leadId, owner }: Posted, activity: Record<string, unknown>) => {
      await cloud.advance({ to: moment })
      const { status, text } = await cloud.addActivity(leadId, owner, activity)
      expect(status, text).toBe(201)
    }
    await act('2027-03-01T09:10:00.000Z', posted.noted, { what: 'note', text: 'will call later' })
    await act('2027-03-01T09:20:00.000Z', posted.inTime, { what: 'call', text: 'they want an offer' })
    await act('2027-03-01T09:29:59.999Z', posted.lastMinute, { what: 'email' })
    await act('2027-03-01T09:45:00.000Z', posted.reminded, { what: 'meeting' })
    await cloud.advance({ to: '2027-03-01T10:10:00.000Z' })
    const colleague = (await cloud.lead(posted.handedOver.leadId)).json.ownerId
    await act(
      '2027-03-01T10:10:00.000Z',
      { ...posted.handedOver, owner: colleague },
      { what: 'call', text: 'reached at last' },
    )
    await cloud.advance({ to: day })
  })
  afterAll(() => cloud?.stop())

  const told = async ({ leadId }: Posted) => (await timelineOf(cloud, leadId)).map(({ template }) => template)

  test('given in time, nothing more is sent', async () => {
    const { leadId, owner } = posted.inTime
    expect(await timelineOf(cloud, leadId)).toEqual([{ at, template: 'lead-assigned', to: owner }])
    expect((await cloud.lead(leadId)).json).toMatchObject({
      ownerId: owner,
      answeredAt: '2027-03-01T09:20:00.000Z',
      next: 'follow-up',
    })
  })

  test('given in the last millisecond, nothing more is sent', async () => {
    expect(await told(posted.lastMinute)).toEqual(['lead-assigned'])
  })

  test('given after the reminder, there is no alert and the lead stays', async () => {
    expect(await told(posted.reminded)).toEqual(['lead-assigned', 'lead-reminder'])
    expect((await cloud.lead(posted.reminded.leadId)).json.ownerId).toBe(posted.reminded.owner)
  })

  test('given by the colleague who got the lead, it does not go to the queue', async () => {
    expect(await told(posted.handedOver)).toEqual([
      'lead-assigned',
      'lead-reminder',
      'lead-overdue',
      'lead-reassigned',
    ])
    const { json: lead } = await cloud.lead(posted.handedOver.leadId)
    expect(lead.ownerId).toBeTruthy()
    expect(lead.ownerId).not.toBe(posted.handedOver.owner)
  })

  test('a note alone is no answer', async () => {
    expect(await told(posted.noted)).toContain('lead-queued')
  })

  test('the history tells the raw submission, each decision with its reasons, every message and the answer', async () => {
    const { status, text } = await cloud.history(posted.handedOver.leadId)
    expect(status).toBe(200)
    for (const word of [
      'handedOver@customer.example',
      'lead-routing',
      'dach',
      'previous-owner',
      'lead-assigned',
      'lead-reminder',
      'lead-overdue',
      'reached at last',
    ])
      expect(text).toContain(word)
  })
})
