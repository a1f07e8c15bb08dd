import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeKind, changePlace, milestoneKind } from '../kind/system/change.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { change } from '../record/change.ts'
import { choice, optional, prose, ref, text } from '../record/field.ts'
import { fromItem, toItem, type Item } from '../record/item.ts'
import { fileOf } from '../record/key.ts'
import { kind, type AnyRecord, type Kind } from '../record/kind.ts'
import { changedRecord, movedRecord, newRecord } from '../record/operation/operation.ts'
import { memoryStore } from '../store/memory.ts'
import { lastOfEach } from '../store/store.ts'
import { newLead, tenant } from '../workflow/fixture.ts'
import { undone } from './change-entry.ts'
import { customer, kinds as withOrders, order } from './fixture.ts'
import { tellMilestone } from './milestone.ts'
import { filesToDerive, projectionsOf } from './project.ts'

const visitKind = kind({
  name: 'visit',
  plural: 'visits',
  prefix: 'vis',
  title: 'Visit',
  help: 'A technician goes to a customer.',
  fields: () => ({
    subject: text('Subject', { list: true }),
    place: choice('Place', ['office', 'home']),
    leadId: optional(ref('lead', 'Lead')),
    report: optional(prose('Report')),
  }),
  called: ({ subject }) => subject,
  filedUnder: 'leadId',
  lifecycle: {
    initial: 'planned',
    states: { planned: { title: 'Planned', open: true }, done: { title: 'Done' } },
    transitions: {
      finish: { title: 'Finish', from: ['planned'], to: 'done', event: 'finished' },
      reopen: { title: 'Open again', from: ['done'], to: 'planned', event: 'reopened' },
    },
  },
}) as unknown as Kind

const kinds = new Map<string, Kind>([
  ['lead', leadKind],
  ['visit', visitKind],
])
const now = Date.parse('2027-03-01T09:00:00.000Z')
const context = { tenant, now, caller: 'anna', newId: () => 'vis_1' }

const itemOf = (record: AnyRecord): Item => toItem(visitKind, record)

test('a change leaves who changed what from what to what, what is personal apart', () => {
  const before = newRecord(visitKind, { subject: 'Pump', place: 'office', leadId: 'lead_1' }, context)
  const after = changedRecord(visitKind, before, { place: 'home', report: 'It drips.' }, context)
  const [entry] = projectionsOf(kinds, { before: itemOf(before), after: itemOf(after) })
  const put = (entry as { put: Item }).put
  expect(put).toMatchObject({ pk: fileOf(tenant, 'vis_1'), sk: changePlace(2) })
  expect(fromItem(changeKind, put)).toMatchObject({
    to: 2,
    by: 'anna',
    fields: { place: { was: 'office', is: 'home' } },
    personal: { report: { is: 'It drips.' } },
  })
})

test('creation leaves nothing, and neither does what is no record or has no events', () => {
  const made = itemOf(newRecord(visitKind, { subject: 'Pump', place: 'office' }, context))
  expect(projectionsOf(kinds, { before: undefined, after: made })).toEqual([])
  const other: Item = { pk: 'a', sk: 'b', kind: 'decision', version: 1 }
  expect(projectionsOf(kinds, { before: undefined, after: other })).toEqual([])
})

test('each transition is one milestone in the own file, however often and by how many it is read; no other change is', async () => {
  const store = memoryStore()
  const at = (minutes: number) => ({ ...context, now: now + minutes * 60_000 })
  const made = newRecord(visitKind, { subject: 'Pump', place: 'office' }, at(0))
  const home = changedRecord(visitKind, made, { place: 'home' }, at(1))
  const done = movedRecord(visitKind, home, { name: 'finish', input: {} }, at(2))
  // Holdfast does it by itself, at the same moment.
  const moved = movedRecord(visitKind, done, { name: 'reopen', input: {} }, at(2))
  const { updatedBy: _, ...again } = moved
  const items = [made, home, done, again as AnyRecord].map(itemOf)
  const changes = items.map((after, i) => ({ before: items[i - 1], after }))
  for (const read of [changes, changes.toReversed(), changes.slice(2)])
    await store.project(lastOfEach(read.flatMap((each) => projectionsOf(kinds, each))))
  const happened = (await store.query(fileOf(tenant, made.id), { prefix: '6#' })).items
  expect(happened.map(({ pk: _pk, ...rest }) => rest)).toEqual([
    {
      sk: '6#2027-03-01T09:02:00.000Z#milestone#00000003',
      kind: 'milestone',
      of: 'visit',
      version: 1,
      what: 'finish',
      state: 'done',
      by: 'anna',
    },
    {
      sk: '6#2027-03-01T09:02:00.000Z#milestone#00000004',
      kind: 'milestone',
      of: 'visit',
      version: 1,
      what: 'reopen',
      state: 'planned',
    },
  ])
  const [finished, reopened] = happened.map((item) => tellMilestone(item, kinds, (id) => ({ id })))
  expect(finished).toEqual({
    at: '2027-03-01T09:02:00.000Z',
    kind: 'milestone',
    id: 'vis_1.3',
    what: 'finish',
    title: 'Finish',
    state: 'done',
    by: { id: 'anna' },
  })
  expect(reopened).toMatchObject({ id: 'vis_1.4', title: 'Open again' })
  expect(reopened).not.toHaveProperty('by')
  // What is declared no more is called by its name.
  expect(tellMilestone(happened[0]!, new Map(), (id) => ({ id })).title).toBe('finish')
})

test('of what is silent, or moved by activities, there are no milestones, and no reduction reads one', () => {
  const made = newRecord(visitKind, { subject: 'Pump', place: 'office' }, context)
  const before = itemOf(made)
  const after = itemOf(movedRecord(visitKind, made, { name: 'finish', input: {} }, context))
  const milestones = (more: Partial<Kind>) =>
    projectionsOf(new Map([['visit', { ...visitKind, ...more } as Kind]]), { before, after }).flatMap(
      (each) => ('put' in each && each.put.kind === milestoneKind.kind ? [each.put] : []),
    )
  expect(milestones({})).toHaveLength(1)
  expect(milestones({ doors: ['read', 'move'] })).toHaveLength(1)
  expect(milestones({ doors: ['list', 'read'] })).toEqual([])
  expect(milestones({ silent: true, journaled: true })).toEqual([])
  const [put] = milestones({})
  expect(
    filesToDerive(withOrders, [{ before: undefined, after: { ...put!, pk: fileOf(tenant, 'cus_a') } }]),
  ).toEqual([])
})

test('a record has one line in the file of what it is filed under, open or among what happened', async () => {
  const store = memoryStore()
  const linesIn = async (id: string) => (await store.query(fileOf(tenant, id))).items.map(({ sk }) => sk)
  let record: AnyRecord | undefined
  const become = async (next: AnyRecord) => {
    const before = record && itemOf(record)
    await store.project(lastOfEach(projectionsOf(kinds, { before, after: itemOf(next) })))
    record = next
  }
  await become(newRecord(visitKind, { subject: 'Pump', place: 'office', leadId: 'lead_1' }, context))
  expect(await linesIn('lead_1')).toEqual(['7#visit#vis_1'])
  await become(movedRecord(visitKind, record!, { name: 'finish', input: {} }, context))
  expect(await linesIn('lead_1')).toEqual(['6#2027-03-01T09:00:00.000Z#visit#vis_1'])
  await become(movedRecord(visitKind, record!, { name: 'reopen', input: {} }, context))
  await become(changedRecord(visitKind, record!, { leadId: 'lead_2' }, context))
  expect([await linesIn('lead_1'), await linesIn('lead_2')]).toEqual([[], ['7#visit#vis_1']])
})

const step = fc.oneof(
  fc.record({ product: fc.option(fc.constantFrom('sensors', 'monitoring'), { nil: undefined }) }),
  fc.record({ contact: fc.record({ name: fc.string(), phone: fc.string() }) }),
  fc.record({ employees: fc.nat(), ownerId: fc.constantFrom('anna', undefined) }),
)

test('the journal and the record tell every state that it had, however often and in whatever batches it is written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.infiniteStream(fc.nat({ max: 4 })),
      async (steps, sizes) => {
        const store = memoryStore()
        const states = steps.reduce(
          (all, fields, i) => [...all, change(all.at(-1)!, fields as object, now + i, 'anna').after],
          [newLead()],
        )
        const items = states.map((state) => toItem(leadKind, state))
        const changes = items.slice(1).map((after, i) => ({ before: items[i], after }))
        for (let at = 0; at < changes.length;) {
          const size = sizes.next().value as number
          // What failed comes again: a batch may begin before the end of the last one.
          const from = Math.max(0, at - (size % 2))
          const batch = changes.slice(from, at + size)
          await store.project(lastOfEach(batch.flatMap((each) => projectionsOf(kinds, each))))
          at += size
        }
        const entries = (await store.query(fileOf(tenant, newLead().id), { descending: true })).items
        let state = states.at(-1) as unknown as AnyRecord
        for (const entry of entries) {
          state = undone(state, fromItem(changeKind, entry))
          const {
            updatedAt: _,
            updatedBy: __,
            ...had
          } = states.find(({ version }) => version === state.version)!
          expect(state).toMatchObject(had)
        }
        expect(state.version).toBe(1)
      },
    ),
    { numRuns: 200 },
  )
})

test('a file is computed anew when a line that it reads is otherwise, and for its own beginning', () => {
  const said = { customerId: 'cus_a', paid: 'no', on: '2027-02-01' }
  const made = newRecord(order, said, { ...context, newId: () => 'ord_1' })
  const [was, noted, paid, moved] = [
    made,
    changedRecord(order, made, { note: 'Ring.' }, context),
    changedRecord(order, made, { paid: 'yes' }, context),
    changedRecord(order, made, { customerId: 'cus_b' }, context),
  ].map((record) => toItem(order, record))
  const place = '6#2027-03-01T09:00:00.000Z#order#ord_1'
  const touched = (before: Item | undefined, after: Item | undefined) =>
    filesToDerive(withOrders, [{ before, after }]).map(({ subject, touched }) => [subject.id, touched])
  expect(touched(undefined, was)).toEqual([['cus_a', [place]]])
  expect(touched(was, noted)).toEqual([])
  expect(touched(was, paid)).toEqual([['cus_a', [place]]])
  expect(touched(was, moved)).toEqual([
    ['cus_a', [place]],
    ['cus_b', [place]],
  ])
  const somebody = toItem(
    customer,
    newRecord(customer, { name: 'Ann' }, { ...context, newId: () => 'cus_a' }),
  )
  expect(touched(undefined, somebody)).toEqual([['cus_a', []]])
  expect(touched(somebody, { ...somebody, version: 2 })).toEqual([])
  const visit = itemOf(newRecord(visitKind, { subject: 'Pump', place: 'office', leadId: 'lead_1' }, context))
  expect(touched(undefined, visit)).toEqual([])
  const call = { pk: fileOf(tenant, 'cus_a'), sk: '6#x', kind: 'activity', version: 1 }
  expect(touched(undefined, call)).toEqual([['cus_a', ['6#x']]])
  expect(touched(undefined, { ...call, pk: fileOf(tenant, 'lead_1') })).toEqual([])
})
