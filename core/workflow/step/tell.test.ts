import { describe, expect, test } from 'vitest'
import { toInstant } from '../../record/id.ts'
import { hoursLong, monday, story } from '../fixture.ts'

describe('absence', () => {
  test('of the owner when he is reminded tells the manager in his place', async () => {
    const { away, follow, lead, segment, calls, told, messages } = await story()
    await follow(1)
    const { ownerId } = await lead()
    await away(ownerId!)
    await segment(calls[1])
    expect((await told()).slice(1)).toEqual(['lead-overdue → maria'])
    const overdue = (await messages()).find(({ template }) => template === 'lead-overdue')
    expect(overdue?.data).toMatchObject({ reason: 'owner-absent', owner: ownerId })
    expect(overdue?.data.absentUntil).toBeDefined()
  })

  test('of the manager tells a watcher of the last resort in his place, and says why', async () => {
    const { away, follow, told, decisions } = await story()
    await away('maria')
    await follow(3)
    expect((await told()).filter((line) => line.startsWith('lead-overdue'))).toEqual([
      'lead-overdue → viktor',
    ])
    expect((await decisions()).at(-1)?.entries.find(({ what }) => what === 'skip')?.record).toEqual({
      because: 'absent',
      told: ['viktor'],
      until: { maria: toInstant(monday + hoursLong(240)) },
    })
  })
})
