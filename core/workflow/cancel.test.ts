import { expect, test } from 'vitest'
import { toInstant } from '../record/id.ts'
import { advance } from './advance.ts'
import { cancelRuns } from './cancel.ts'
import { leadKind } from '../kind/sales/lead.ts'
import { callsOf, monday, rules, story } from './fixture.ts'

const request = { workflow: 'follow', ref: callsOf()[0]!.event, kind: leadKind }

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
  expect(await stage.runs()).toMatchObject([{ status: 'cancelled', reason: 'answered' }])
})

test('the run of a lead that was closed says so', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  await stage.change((lead) => ({ ...lead, status: 'lost' }))
  expect(await cancel(stage)).toEqual(['execution-1 closed'])
})

test('told twice it is stopped once, and a run that has ended is left alone', async () => {
  const stage = await story()
  await stage.segment(stage.calls[0])
  await cancel(stage)
  expect(await cancel(stage)).toEqual([])
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
  const failing = async (): Promise<void> => {
    throw new Error('throttled')
  }
  await expect(cancelRuns(stage.store, request, failing, stage.clock.now)).rejects.toThrow('throttled')
  expect(await stage.runs()).toMatchObject([{ status: 'waiting' }])
})
