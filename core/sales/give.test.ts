import { describe, expect, test } from 'vitest'
import type { HandOverContext } from '../assign/hand-over.ts'
import type { Lead } from '../kind/sales/lead.ts'
import { personId, toInstant } from '../record/id.ts'
import { company, minutes, monday, newLead } from '../workflow/fixture.ts'
import { giveLead } from './give.ts'

const context: HandOverContext = {
  company,
  absences: [],
  now: monday,
  person: personId.parse('anna'),
  caller: 'anna',
}
const ofAnna = (more: Record<string, unknown> = {}): Lead =>
  newLead({
    queueId: undefined,
    ownerId: 'anna',
    teamId: 'north',
    runId: 'lead-follow-up.1',
    next: 'answer',
    hop: 0,
    respondBy: toInstant(monday + minutes(60)),
    due: toInstant(monday + minutes(60)),
    ...more,
  })
const give = (lead: Lead, to: string, more: Partial<HandOverContext> = {}) =>
  giveLead({ lead, input: { to }, id: 'act_1' }, { ...context, ...more })

describe('a lead that is given', () => {
  test('is somebody else’s, and what was promised stays promised; the run that waited with its owner is over', () => {
    const { lead } = give(ofAnna(), 'boris')
    expect(lead).toMatchObject({ ownerId: 'boris', next: 'answer', due: toInstant(monday + minutes(60)) })
    expect(lead.runId).toBeUndefined()
  })

  test('is told of in its history, and to whoever gets it', () => {
    const { writes } = give(ofAnna(), 'boris')
    const items = writes.flatMap((write) => ('item' in write ? [write.item] : []))
    expect(items.map(({ kind }) => kind)).toEqual(['lead', 'activity', 'decision'])
    expect(items[1]).toMatchObject({ what: 'give', by: 'anna', to: 'boris' })
    expect(JSON.stringify(items[2])).toContain('lead-reassigned')
  })

  test('to whoever has it, or to nobody whom there is, changes nothing', () => {
    const lead = ofAnna()
    expect(give(lead, 'anna')).toEqual({ writes: [], lead })
    expect(() => give(lead, 'boriss')).toThrow('boris')
  })

  test('to a queue waits there, and tells of that', () => {
    const { lead, writes } = give(ofAnna(), 'unanswered')
    expect(lead).toMatchObject({ queueId: 'unanswered', next: 'take' })
    expect(lead.ownerId).toBeUndefined()
    expect(writes[1]).toMatchObject({ item: { what: 'give', to: 'unanswered' } })
  })

  test('is open', () => {
    expect(() => give(ofAnna({ status: 'won', next: undefined, due: undefined }), 'boris')).toThrow('closed')
  })
})
