import { afterEach, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { mostMails, timelineOf } from './reading.ts'

/**
 * A lead that nobody answers, over all days until nothing follows any more: each level reaches one person who is there,
 * and all of them together are few.
 */
const at = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin
const end = '2027-03-15T00:00:00.000Z'
let cloud: Cloud
afterEach(() => cloud?.stop())

async function chased(absent: readonly string[], fields: Record<string, unknown>) {
  cloud = await openCloud({ start: at })
  for (const person of absent)
    expect((await cloud.addAbsence(person, 'viktor', { from: at, until: end })).status).toBe(201)
  const lead = { name: 'Waiting', email: 'waiting@customer.example', ...fields }
  const { leadId } = (await cloud.postForm(lead)).json
  await cloud.advance('2 days')
  return { leadId: leadId as string, timeline: await timelineOf(cloud, leadId) }
}

const levels = ['assigned', 'reminder', 'overdue', 'reassigned', 'queued', 'raised'].map(
  (level) => `lead-${level}`,
)

describe('a lead that nobody answers', () => {
  test.each([
    ['from Germany', { country: 'DE' }, 'maria'],
    ['from Ukraine', { country: 'UA' }, 'iryna'],
    ['of a large company', { country: 'DE', employees: 5000 }, 'viktor'],
  ])(
    '%s is told of six times in all, each level once, in the end to somebody else',
    async (_, fields, manager) => {
      const { leadId, timeline } = await chased([], fields)
      expect(timeline.map(({ template }) => template)).toEqual(levels)
      expect(timeline.length).toBeLessThanOrEqual(mostMails)
      const to = Object.fromEntries(timeline.map((entry) => [entry.template, entry.to]))
      expect(to['lead-overdue']).toBe(manager)
      expect(to['lead-raised']).not.toBe(to['lead-queued'])
      expect([manager, 'maria', 'iryna', 'priya']).toContain(to['lead-raised'])
      const { json: lead } = await cloud.lead(leadId)
      expect(lead).toMatchObject({ status: 'open', queueId: 'unanswered', next: 'take' })
      const { alerts } = (await cloud.alerts('viktor')).json
      const about = (alerts as { what: string; subject?: { id: string } }[]).filter(
        ({ subject }) => subject?.id === leadId,
      )
      expect(about.map(({ what }) => what)).toEqual(['overdue'])
    },
  )

  test.each([
    ['the manager', ['maria']],
    ['the whole team', ['anna', 'jonas', 'selin']],
    [
      'the team, its manager and all who watch the queue',
      ['anna', 'jonas', 'selin', 'maria', 'iryna', 'priya'],
    ],
  ])('while %s is away is told of no more often, always to somebody who is there', async (_, absent) => {
    const { timeline } = await chased(absent, { country: 'DE' })
    expect(timeline.length).toBeLessThanOrEqual(mostMails)
    expect(timeline.map(({ template }) => template)).toEqual(
      expect.arrayContaining(['lead-overdue', 'lead-queued', 'lead-raised']),
    )
    for (const { to } of timeline) expect(absent).not.toContain(to)
  })
})
