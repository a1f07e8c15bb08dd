import { expect, test } from 'vitest'
import { hour, lead, world } from './fixture.ts'

test('an event reaches every target of the rules that match, with its detail as it was written', async () => {
  const w = world()
  w.rule({ pattern: '{"detail":{"score":[9007199254740993]}}' })
  w.rule({ arn: 'arn:other', name: 'other', pattern: { source: ['else'] } })
  await w.bus.putEvents([lead('{"score":9007199254740993}'), lead('{"score":9007199254740992}')])
  await w.activity.settled()
  expect(w.delivered).toHaveLength(1)
  expect(w.delivered[0]!.payload).toContain('"detail":{"score":9007199254740993}')
  expect(JSON.parse(w.delivered[0]!.payload)).toMatchObject({
    version: '0',
    source: 'crm',
    'detail-type': 'lead.created',
    time: '2026-01-05T12:00:00Z',
    resources: [],
  })
  expect(w.bus.counts()).toMatchObject({ accepted: 2, matched: 1, delivered: 1, pending: 0 })
})

test('entries fail one by one, and a call with too many or too much fails as a whole', async () => {
  const w = world()
  w.bus.defineBus('crm')
  const result = await w.bus.putEvents([
    lead('{}'),
    { ...lead('{}'), Source: undefined },
    lead('[1]'),
    { ...lead('{}'), EventBusName: 'missing' },
    { ...lead('{}'), Source: 'aws.s3' },
    { ...lead('{}'), Time: 'yesterday' },
    { ...lead('{}'), EventBusName: 'arn:aws:events:eu-central-1:000000000000:event-bus/crm' },
  ])
  expect(result.FailedEntryCount).toBe(5)
  expect(result.Entries.map((entry) => ('ErrorCode' in entry ? entry.ErrorCode : 'accepted'))).toEqual([
    'accepted',
    'InvalidArgument',
    'MalformedDetail',
    'ResourceNotFoundException',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
    'accepted',
  ])
  await expect(w.bus.putEvents(Array.from({ length: 11 }, () => lead('{}')))).rejects.toThrow('1 to 10')
  await expect(w.bus.putEvents([lead(`{"a":"${'x'.repeat(262_144)}"}`)])).rejects.toThrow('over the limit')
})

test.each<[string, object, string]>([
  ['no source', { Source: undefined }, 'InvalidArgument'],
  ['a source of AWS', { Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
  ['no type', { DetailType: '' }, 'InvalidArgument'],
  ['no detail', { Detail: undefined }, 'InvalidArgument'],
  ['a detail that is a list', { Detail: '[]' }, 'MalformedDetail'],
  ['a detail that is half JSON', { Detail: '{"a":' }, 'MalformedDetail'],
  [
    'a detail nested deeper than patterns go',
    { Detail: `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}` },
    'MalformedDetail',
  ],
  ['a bus that does not exist', { EventBusName: 'none' }, 'ResourceNotFoundException'],
  ['a time that is none', { Time: 'yesterday' }, 'InvalidArgument'],
])('an entry with %s fails alone', async (_what, change, error) => {
  const w = world()
  w.rule({ pattern: { source: ['crm'] } })
  const { FailedEntryCount, Entries } = await w.bus.putEvents([
    lead('{"n":1}'),
    { ...lead('{}'), ...change },
    lead('{"n":2}'),
  ])
  expect(FailedEntryCount).toBe(1)
  expect(Entries[1]).toMatchObject({ ErrorCode: error })
  await w.activity.settled()
  expect(w.details()).toEqual([{ n: 1 }, { n: 2 }])
})

test('the event of a service reaches the rules of the default bus that match it', async () => {
  const w = world()
  w.rule({ pattern: { source: ['aws.states'], detail: { status: ['FAILED'], error: [{ exists: false }] } } })
  const event = (status: string, detail: object = {}) =>
    w.bus.emit({
      source: 'aws.states',
      'detail-type': 'Change',
      detail: { status, n: 1, ...detail },
      resources: [],
      time: '2026-01-05T12:00:00Z',
    })
  event('RUNNING')
  event('FAILED')
  event('FAILED', { error: 'Cancelled' })
  expect(w.details()).toEqual([{ status: 'FAILED', n: 1 }])
  expect(w.bus.counts()).toMatchObject({ accepted: 3, matched: 1 })
})

test('a disabled rule neither matches nor fires', async () => {
  const w = world()
  w.rule({ pattern: { source: ['crm'] }, schedule: 'rate(1 minute)', state: 'DISABLED' })
  await w.bus.putEvents([lead('{}')])
  await w.advance(hour)
  expect(w.delivered).toEqual([])
})
