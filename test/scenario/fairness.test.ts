import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { journalOf } from '#core/kind/system/journal.ts'
import { segmentKind } from '#core/kind/system/segment.ts'
import { fromItem } from '#core/record/item.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { openCloud, type Cloud } from '../cloud.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

/** What functions have told so far, one line each. */
const told = (): string[] => readFileSync(join(cloud.data, 'log', 'functions.log'), 'utf8').split('\n')
const triedAgain = (): string[] => told().filter((line) => line.includes('tried again'))

test('a hundred leads at once are spread over a team with a difference of at most one, and none is in the way of another', async () => {
  // The first lead of a team finds no order of turns and makes one.
  const countries = ['DE', 'UA', 'FR']
  for (const country of countries)
    await cloud.postForm({ name: 'First', email: `first-${country}@customer.example`, country })
  await cloud.settle()
  const before = triedAgain().length

  await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      cloud.postForm({ name: `Lead ${i}`, email: `fair${i}@customer.example`, country: countries[i % 3] }),
    ),
  )
  await cloud.settle()
  const leads = (await cloud.table.dump()).filter((item) => item.kind === 'lead')
  expect(leads).toHaveLength(103)
  const teams = Map.groupBy(leads, (lead) => lead.teamId as string)
  expect(teams.size).toBe(3)
  for (const [team, members] of teams) {
    const shares = [...Map.groupBy(members, (lead) => lead.ownerId as string)].map(([, mine]) => mine.length)
    expect(Math.max(...shares) - Math.min(...shares), `${team}: ${shares.join(', ')}`).toBeLessThanOrEqual(1)
    expect(shares.length, `${team} has more than one member at work`).toBeGreaterThan(1)
  }
  // Each transaction and each turn that is refused is told in a line of its own.
  expect(told().some((line) => line.includes('submission accepted'))).toBe(true)
  expect(triedAgain().slice(before)).toEqual([])
})

test('a hundred leads that nobody answers are handed on at the same moments, none of them late', async () => {
  await cloud.advance('5 hours')
  // The third segment is the one that gives a lead to somebody else.
  const handedOn = (await cloud.table.dump()).filter(({ sk }) => /^4#.*#002$/.test(sk))
  expect(handedOn).toHaveLength(103)
  expect(handedOn.map((item) => String(item.at)).filter((at) => !at.endsWith(':00.000Z'))).toEqual([])
  expect(told().filter((line) => line.includes('call failed'))).toEqual([])
})

test('the history says by which turns they were compared who could have been chosen', async () => {
  const { json } = await cloud.postForm({ name: 'Why', email: 'why@customer.example', country: 'DE' })
  await cloud.settle()
  const { ownerId } = (await cloud.lead(json.leadId)).json
  const segments = (await cloud.table.dump()).filter(
    (item) => item.kind === segmentKind.kind && item.about === json.leadId,
  )
  const entries = segments.flatMap((item) => journalOf(fromItem(segmentKind, item), press).entries)
  const { record } = entries.find(({ what }) => what === 'assign')!
  const turns = Object.entries(record.turns as Record<string, number>)
  expect(record).toMatchObject({ chosen: ownerId, because: 'turn', turn: expect.any(Number) })
  expect(turns.find(([person]) => person === ownerId)?.[1]).toBe(Math.min(...turns.map(([, turn]) => turn)))
})
