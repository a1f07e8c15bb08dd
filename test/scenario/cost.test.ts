import { expect, test } from 'vitest'
import { leadOf } from '../../bench/lead/message.ts'
import { perLead } from '../../cli/doctor/diagnosis.ts'
import { journalOf } from '#core/kind/system/journal.ts'
import { segmentKind } from '#core/kind/system/segment.ts'
import { fromItem, toItem } from '#core/record/item.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { openCloud } from '../cloud.ts'
import { sizeOfItem } from '../item-size.ts'

const hash = expect.stringMatching(/^[0-9a-f]{12}$/) as string

/** As AWS calls an execution that a rule of EventBridge has begun. */
const longName =
  'arn:aws:states:eu-central-1:123456789012:execution:HoldfastWorkflowsLeadFollowUp7A1B2C3D-Ab3dEf6hIj9k:' +
  '0c1d2e3f-1111-2222-3333-0c1d2e3f4a5b_6a7b8c9d-4444-5555-6666-6a7b8c9d0e1f'

test('until its owner is told a lead takes what the doctor reckons with', async () => {
  const count = 20
  const cloud = await openCloud({ start: '2027-03-01T08:00:00Z' })
  try {
    await cloud.request('/_local/cost/reset', { json: {} })
    for (let number = 0; number < count; number++) {
      expect((await cloud.request('/f/demo', { json: leadOf('cost', number) })).status).toBe(201)
      // One after the other: what happens at once is invoked for together, and may be refused and repeated.
      await cloud.settle()
    }
    expect(await cloud.messages()).toHaveLength(count)
    const counted = await cloud.cost()
    const each = (name: string): number => Math.ceil(Number(counted[name]) / count)
    const { writeUnits, transitions, events } = perLead
    expect({
      writeUnits: each('writeUnits'),
      transitions: each('transitions'),
      events: each('events'),
    }).toEqual({ writeUnits, transitions, events })
    const segments = (await cloud.table.dump()).filter(({ kind }) => kind === segmentKind.kind)
    expect(segments).toHaveLength(count)
    for (const item of segments) {
      const segment = fromItem(segmentKind, item)
      const stored = toItem(segmentKind, { ...segment, execution: longName })
      expect(sizeOfItem(stored), segment.subject.id).toBeLessThanOrEqual(900)
      expect(journalOf(segment, press).grounds).toEqual({
        because: 'event',
        seen: { lead: 1, roster: 1 },
        by: { company: hash, engine: hash, zones: process.versions.tz },
        effects: hash,
      })
    }
  } finally {
    await cloud.stop()
  }
})
