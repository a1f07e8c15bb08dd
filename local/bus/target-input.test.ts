import { expect, test } from 'vitest'
import { lead, world } from './fixture.ts'

test('a target gets its Input, a part of the event, or what its template makes of it', async () => {
  const w = world()
  const template = '{"who":<name>,"text":"Hello <name>, <n>","none":<none>,"rule":"<aws.events.rule-name>"}'
  w.rule({
    pattern: { source: ['crm'] },
    targets: [
      { Id: 'input', Arn: 'arn:a', Input: '{"fixed":true}' },
      { Id: 'path', Arn: 'arn:b', InputPath: '$.detail.items[1]' },
      {
        Id: 'template',
        Arn: 'arn:c',
        InputTransformer: {
          InputPathsMap: { name: '$.detail.name', n: "$.detail['n']", none: '$.detail.none' },
          InputTemplate: template,
        },
      },
    ],
  })
  await w.bus.putEvents([lead('{"items":[1,{"a":2}],"name":"Zo\\"e","n":[1]}')])
  await w.activity.settled()
  const payloads = Object.fromEntries(
    w.delivered.map(({ target, payload }) => [target.Id, JSON.parse(payload) as unknown]),
  )
  expect(payloads).toEqual({
    input: { fixed: true },
    path: { a: 2 },
    template: { who: 'Zo"e', text: 'Hello Zo"e, [1]', none: null, rule: 'r' },
  })
})

test('an Input that is not JSON is refused with its rule', () => {
  const w = world()
  const Arn = 'arn:aws:lambda:eu-central-1:000000000000:function:f'
  expect(() => w.rule({ pattern: { source: ['crm'] }, targets: [{ Id: 't', Arn, Input: 'hello' }] })).toThrow(
    'JSON',
  )
})
