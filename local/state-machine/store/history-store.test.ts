import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openHistoryStore } from './history-store.ts'
import type { HistoryEvent } from '../run.ts'
import { arn, define, lambda, run, world } from '../fixture/simulated.ts'

const execution = { id: 1, definition: 'hash' }
const source = JSON.stringify({
  StartAt: 'T',
  States: { T: { Type: 'Task', Arguments: { a: 'x'.repeat(200) } } },
})

const event: fc.Arbitrary<HistoryEvent> = fc.record({
  id: fc.nat(),
  previousEventId: fc.nat(),
  type: fc.constantFrom('TaskScheduled', 'WaitStateEntered'),
  timestamp: fc.nat(),
  details: fc.record({ input: fc.string({ unit: 'grapheme' }), odd: fc.string({ unit: 'binary' }) }),
})

test('a history is read as it was noted, whatever its definition is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
      fc.constantFrom(undefined, source, '–'.repeat(40_000)),
      (blocks, definition) => {
        const history = openHistoryStore(new DatabaseSync(':memory:'), () => definition)
        let id = 0
        const noted = blocks.map((events) => events.map((one) => ({ ...one, id: ++id })))
        for (const events of noted) history.append(execution, events)
        expect(history.all(execution)).toEqual(noted.flat())
        expect(history.all({ ...execution, id: 2 })).toEqual([])
      },
    ),
  )
})

test('blocks of an earlier version come before those of this one, and go with them', () => {
  const db = new DatabaseSync(':memory:')
  const history = openHistoryStore(db, () => source)
  const events = [1, 2, 3, 4].map((id) => ({ id, previousEventId: id - 1, type: 'T', timestamp: 0 }))
  const insert = db.prepare('INSERT INTO history(execution, first, events) VALUES(1, ?, ?)')
  insert.run(1, JSON.stringify(events.slice(0, 2)))
  insert.run(3, JSON.stringify(events.slice(2, 3)))
  history.append(execution, events.slice(3))
  expect(history.all(execution)).toEqual(events)
  history.remove(1)
  expect(history.all(execution)).toEqual([])
})

test('what a block repeats of its definition takes next to no room', async () => {
  const steps = Array.from({ length: 20 }, (_, i) => ({ do: `step-${i * 7919}`, at: i, whom: 'owner' }))
  const w = await run({
    T: { Type: 'Task', Resource: lambda, Arguments: { FunctionName: 'f', Payload: { steps } }, End: true },
  })
  const db = new DatabaseSync(w.file)
  const blocks = db.prepare('SELECT events FROM history_block').all() as { events: Uint8Array }[]
  const text = JSON.stringify(w.machines.history(w.executionArn))
  expect(text.length).toBeGreaterThan(3000)
  expect(blocks.reduce((sum, { events }) => sum + events.length, 0)).toBeLessThan(text.length / 5)
  db.close()
})

test('an execution and its history can be read in the turn in which it begins', () => {
  const w = world()
  define(w.machines, { T: { Type: 'Task', Resource: lambda, End: true } })
  const { executionArn } = w.machines.begin({ stateMachineArn: arn, name: 'a' })
  expect(w.machines.history(executionArn).map(({ type }) => type)).toEqual(['ExecutionStarted'])
  expect(w.machines.describe(executionArn).status).toBe('RUNNING')
})
