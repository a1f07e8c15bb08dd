import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choice, count, instant, optional, part, ref, text } from '../field.ts'
import { kind, type AnyRecord, type Kind } from '../kind.ts'
import { changedRecord, movedRecord, newRecord } from './operation.ts'

/* A parcel goes by a route; each stop of it says how many hours are left and by whom it is carried. */

const parcel = kind({
  name: 'parcel',
  plural: 'parcels',
  prefix: 'par',
  title: 'Parcel',
  help: 'It is carried.',
  fields: () => ({
    what: text('What'),
    route: ref('route', 'Route', { isFirst: true }),
    stop: part('route', 'stops', 'Stop', { isFirst: true }),
    arrivedAt: optional(instant('Arrived', { given: true, since: 'stop' })),
    hours: optional(count('Hours', { follows: { field: 'stop', says: 'hours' } })),
    by: optional(choice('By', ['train', 'ship'], { follows: { field: 'stop', says: 'by' } })),
  }),
  called: ({ what }) => what,
  lifecycle: {
    initial: 'sent',
    states: { sent: { title: 'Sent', open: true }, there: { title: 'There' } },
    transitions: {
      arrive: { title: 'Arrive', from: ['sent'], to: 'there', event: 'arrived', sets: { hours: 'nothing' } },
      return: { title: 'Return', from: ['there'], to: 'sent', event: 'returned' },
    },
  },
}) as unknown as Kind

const named = {
  route: {
    north: {
      stops: [
        { id: 'harbour', hours: 30, by: 'ship' },
        { id: 'depot', hours: 4 },
      ],
    },
    south: { stops: [{ id: 'harbour', hours: 50, by: 'ship' }] },
  },
}
const start = Date.parse('2027-03-01T09:00:00Z')
const at = (hour: number) => ({ now: start + hour * 3_600_000, caller: 'anna', named })
const context = { ...at(0), tenant: 'test', newId: () => 'par_1' }
const made = newRecord(parcel, { what: 'Pump' }, context)
const iso = (hour: number): string => new Date(start + hour * 3_600_000).toISOString()

test('a new one is in the first part of the first that is published, and says what that says', () => {
  expect(made).toMatchObject({ route: 'north', stop: 'harbour', hours: 30, by: 'ship', arrivedAt: iso(0) })
  expect(newRecord(parcel, { what: 'Pump', route: 'south', hours: 9 }, context)).toMatchObject({
    stop: 'harbour',
    hours: 9,
  })
})

test('where nothing is published, or not that, it is refused with what there is', () => {
  expect(() => newRecord(parcel, { what: 'Pump' }, { ...context, named: { route: {} } })).toThrow(
    'route: no route is published',
  )
  expect(() => newRecord(parcel, { what: 'Pump', route: 'west' }, context)).toThrow(
    'route: there is no route "west"; there are north, south',
  )
  expect(() => newRecord(parcel, { what: 'Pump', route: 5 }, context)).toThrow('route')
  // A name that every object has is none of these.
  expect(() => newRecord(parcel, { what: 'Pump', route: 'constructor' }, context)).toThrow(
    'there is no route',
  )
})

test('another part says it anew, what it says nothing of stays; the same part of another thing is another part', () => {
  const set = changedRecord(parcel, made, { hours: 12 }, at(1))
  expect(set).toMatchObject({ hours: 12, arrivedAt: iso(0) })
  expect(changedRecord(parcel, set, { stop: 'depot' }, at(2))).toMatchObject({
    hours: 4,
    by: 'ship',
    arrivedAt: iso(2),
  })
  expect(changedRecord(parcel, set, { route: 'south' }, at(3))).toMatchObject({
    hours: 50,
    arrivedAt: iso(3),
  })
  expect(changedRecord(parcel, set, { hours: null }, at(4))).toMatchObject({ hours: 30, arrivedAt: iso(0) })
  // Nothing is other than before.
  expect(changedRecord(parcel, made, { hours: null }, at(5))).toBe(made)
})

test('of what has ended nothing follows, until it is opened again', () => {
  const there = movedRecord(parcel, made, { name: 'arrive', input: {} }, at(1))
  expect(there).not.toHaveProperty('hours')
  expect(changedRecord(parcel, there, { what: 'Pumps' }, at(2))).not.toHaveProperty('hours')
  expect(movedRecord(parcel, there, { name: 'return', input: {} }, at(3))).toMatchObject({ hours: 30 })
})

test('whatever is done in any order, an open one says what its part says or what was set in it last', () => {
  const act = fc.oneof(
    fc.record({ stop: fc.constantFrom('harbour', 'depot') }),
    fc.record({ hours: fc.option(fc.nat(99)) }),
    fc.record({ stop: fc.constantFrom('harbour', 'depot'), hours: fc.nat(99) }),
    fc.record({ what: fc.constantFrom('Pump', 'Pipe') }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const told: Record<string, number> = { harbour: 30, depot: 4 }
      let record: AnyRecord = made
      let [stop, hours, since] = ['harbour', 30, 0]
      for (const [i, each] of acts.entries()) {
        record = changedRecord(parcel, record, each, at(i + 1))
        const { stop: to = stop, hours: set } = each as { stop?: string; hours?: number | null }
        if (to !== stop) [hours, since] = [told[to]!, i + 1]
        stop = to
        if (set === null) hours = told[stop]!
        else if (set !== undefined) hours = set
        expect(record).toMatchObject({ stop, hours, arrivedAt: iso(since) })
      }
    }),
  )
})
