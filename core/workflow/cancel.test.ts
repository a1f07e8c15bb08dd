import { expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import { advance } from './advance.ts'
import { cancelRuns } from './cancel.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { callsOf, monday, rules, story } from './fixture.ts'

const request = { workflow: 'follow', ref: callsOf()[0]!.event, kind: leadKind }

/** Ends the runs. Returns which executions were stopped, and why. */
async function cancel(stage: Awaited<ReturnType<typeof story>>): Promise<string[]> {
  const stopped: string[] = []
  const stop = async (execution: string, cause: string): Promise<void> => {
    stopped.push(`${execution} ${cause}`)
  }
  await cancelRuns(stage.store, request, stop, stage.clock.now)
  return stopped
}

test('the run of a lead that was answered is stopped and says why', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  await stage.change((lead) => ({ ...lead, answeredAt: toInstant(monday) }))
  expect(await cancel(stage)).toEqual(['execution-1 answered'])
  expect(await stage.runs(), 'that it is over stands in the lead').toMatchObject([{ segment: 0 }])
})

test('the run of a lead that was closed says so', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  await stage.change((lead) => ({ ...lead, status: 'lost' }))
  expect(await cancel(stage)).toEqual(['execution-1 closed'])
})

test('told twice it is stopped twice and nothing is written, and a run that has ended is left alone', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  await stage.change((lead) => ({ ...lead, answeredAt: toInstant(monday) }))
  const before = stage.store.all()
  expect(await cancel(stage)).toEqual(await cancel(stage))
  expect(stage.store.all()).toEqual(before)
  const ended = await story()
  await ended.follow()
  expect(await cancel(ended)).toEqual([])
})

test('a run that has not begun has nothing to stop', async () => {
  expect(await cancel(await story())).toEqual([])
})

test('runs of other workflows go on', async () => {
  const stage = await story()
  const other = { ...stage.calls[0]!, workflow: 'follow-other' }
  await advance(stage.store, rules, other, stage.tools)
  expect(await cancel(stage)).toEqual([])
})

test('a run whose stopping failed is still waiting, so that it is tried again', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  await stage.change((lead) => ({ ...lead, answeredAt: toInstant(monday) }))
  const failing = async (): Promise<void> => {
    throw new Error('throttled')
  }
  await expect(cancelRuns(stage.store, request, failing, stage.clock.now)).rejects.toThrow('throttled')
  expect(await stage.runs()).toMatchObject([{ status: 'waiting' }])
})

test('a run that another event ends has a segment that does nothing, so the one that was next has no effects', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  const [lead, told] = [await stage.lead(), await stage.told()]
  expect(await cancel(stage)).toEqual(['execution-1 until'])
  expect(await stage.runs()).toMatchObject([{ segment: 1, over: 'until' }])
  for (const call of stage.calls.slice(1)) expect(await stage.segment(call)).toMatchObject({ ended: true })
  expect(await stage.lead()).toEqual(lead)
  expect(await stage.told()).toEqual(told)
  // Ended before and perhaps not stopped: told again it is stopped.
  expect(await cancel(stage)).toEqual(['execution-1 until'])
  expect(await stage.runs()).toMatchObject([{ segment: 1 }])
})

test('an event that ends a run comes again when a segment was faster', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  const slow = {
    ...stage.store,
    write: async (writes: Parameters<typeof stage.store.write>[0]) => {
      await stage.segment(stage.calls[1])
      return stage.store.write(writes)
    },
  }
  const stop = async (): Promise<void> => undefined
  await expect(cancelRuns(slow, request, stop, stage.clock.now)).rejects.toThrow('went on meanwhile')
  expect(await cancel(stage)).toEqual(['execution-1 until'])
  expect(await stage.runs()).toMatchObject([{ segment: 2, over: 'until' }])
})
