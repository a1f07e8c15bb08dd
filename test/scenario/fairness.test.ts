import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

test('a hundred leads at once are spread over a team with a difference of at most one', async () => {
  await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      cloud.postForm({ name: `Lead ${i}`, email: `fair${i}@customer.example` }),
    ),
  )
  await cloud.settle()
  const leads = (await cloud.table.dump()).filter((item) => item.kind === 'lead')
  expect(leads).toHaveLength(100)
  const teams = Map.groupBy(leads, (lead) => lead.teamId as string)
  for (const [team, members] of teams) {
    const shares = [...Map.groupBy(members, (lead) => lead.ownerId as string)].map(([, mine]) => mine.length)
    expect(Math.max(...shares) - Math.min(...shares), `${team}: ${shares.join(', ')}`).toBeLessThanOrEqual(1)
    expect(shares.length, `${team} has more than one member at work`).toBeGreaterThan(1)
  }
})
