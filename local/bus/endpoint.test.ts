import { expect, test } from 'vitest'
import { handleEvents } from './endpoint.ts'
import { lead, world } from './fixture.ts'

test('the endpoint answers PutEvents, ListRules and TestEventPattern, and errors by their type', async () => {
  const w = world()
  w.rule({ pattern: { source: ['crm'] } })
  expect(await handleEvents(w.bus, 'PutEvents', { Entries: [lead('{}')] })).toMatchObject({
    status: 200,
    body: { FailedEntryCount: 0 },
  })
  expect(await handleEvents(w.bus, 'ListRules', {})).toMatchObject({
    body: { Rules: [{ Name: 'r', EventPattern: '{"source":["crm"]}', State: 'ENABLED' }] },
  })
  const Event = JSON.stringify({
    id: '1',
    account: '',
    source: 'crm',
    time: '',
    region: '',
    resources: [],
    'detail-type': 'x',
  })
  const EventPattern = '{"source":["crm"]}'
  expect(await handleEvents(w.bus, 'TestEventPattern', { Event, EventPattern })).toMatchObject({
    body: { Result: true },
  })
  expect(await handleEvents(w.bus, 'TestEventPattern', { Event, EventPattern: '{}' })).toMatchObject({
    status: 400,
    body: { __type: 'InvalidEventPatternException' },
  })
})
