import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeKind } from '#core/kind/system/change.ts'
import { leadKind } from '#core/kind/sales/lead.ts'
import { rosterKind } from '#core/kind/system/roster.ts'
import { undone } from '#core/project/change-entry.ts'
import { fromItem } from '#core/record/item.ts'
import type { AnyRecord } from '#core/record/kind.ts'
import { openCloud, type Cloud } from '../cloud.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z' })))
afterAll(() => cloud.stop())

test('the journal of a lead tells who changed what, and leads back to how it came', async () => {
  const { json } = await cloud.postForm({ name: 'Ann', email: 'ann@customer.example', country: 'DE' })
  await cloud.settle()
  const { ownerId } = (await cloud.lead(json.leadId)).json
  await cloud.addActivity(json.leadId, ownerId, { what: 'call', outcome: 'reached' })
  await cloud.advance('2 seconds')

  const items = (await cloud.table.dump()).filter(({ pk }) => pk === `main#${json.leadId}`)
  const entries = items.filter(({ kind }) => kind === 'change').map((item) => fromItem(changeKind, item))
  expect(entries.map(({ to, by }) => [to, by])).toEqual([
    [2, undefined],
    [3, ownerId],
  ])
  expect(entries[0]!.fields.ownerId).toEqual({ is: ownerId })
  expect(entries[1]!.fields.next).toEqual({ was: 'answer', is: 'follow-up' })
  const now = fromItem(
    leadKind,
    items.find(({ kind }) => kind === 'lead')!,
  )
  const first = entries.reduceRight(undone, now as unknown as AnyRecord)
  expect(first).toMatchObject({ version: 1, status: 'open', next: 'route', queueId: 'intake' })
  expect(first.ownerId).toBeUndefined()
  expect(first.teamId).toBeUndefined()
})

test('who was away, and who said so, is told for every version of the roster that a decision may have seen', async () => {
  const until = '2027-03-09T00:00:00.000Z'
  const { json } = await cloud.addAbsence('olena', 'olena', { from: '2027-03-01T00:00:00.000Z', until })
  await cloud.addAbsence('anna', 'maria', { from: '2027-03-02T00:00:00.000Z', until })
  await cloud.request(`/people/olena/absences/${json.id}`, { method: 'DELETE', user: 'maria' })
  await cloud.advance('2 seconds')

  const items = (await cloud.table.dump()).filter(({ pk }) => pk === 'main#roster')
  let roster = fromItem(
    rosterKind,
    items.find(({ kind }) => kind === 'roster')!,
  ) as unknown as AnyRecord
  const entries = items.filter(({ kind }) => kind === 'change').map((item) => fromItem(changeKind, item))
  const told: unknown[] = []
  for (const entry of entries.toReversed()) {
    told.unshift([entry.by, (roster.absences as { person: string }[]).map(({ person }) => person)])
    roster = undone(roster, entry)
  }
  expect(told.slice(-3)).toEqual([
    ['olena', ['olena']],
    ['maria', ['olena', 'anna']],
    ['maria', ['anna']],
  ])
  expect(roster).toMatchObject({ version: 1, absences: [] })
})

test('what the journal misses while it cannot be written comes later', async () => {
  const { json } = await cloud.postForm({ name: 'Bob', email: 'bob@customer.example', country: 'DE' })
  await cloud.settle()
  await cloud.fault({ replay: true })
  await cloud.advance('1 minute')
  const kinds = (await cloud.table.dump()).filter(({ pk }) => pk === `main#${json.leadId}`)
  expect(kinds.filter(({ kind }) => kind === 'change')).toHaveLength(1)
})
