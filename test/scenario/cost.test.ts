import { expect, test } from 'vitest'
import { leadOf } from '../../bench/lead/message.ts'
import { perLead } from '../../cli/doctor/diagnosis.ts'
import { openCloud } from '../cloud.ts'

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
  } finally {
    await cloud.stop()
  }
})
