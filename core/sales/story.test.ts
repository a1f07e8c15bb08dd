import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { northwind as company } from '../../test/fixture/northwind.ts'
import { leadId, personId, submissionId } from '../record/id.ts'
import { fromItem, toItem, type Item } from '../record/item.ts'
import { activityKind } from '../kind/customer/activity.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { messageKind } from '../kind/system/message.ts'
import { decisionKind } from '../kind/system/decision.ts'
import { packJournal } from '../kind/system/journal.ts'
import { segmentKind } from '../kind/system/segment.ts'
import { submissionKind } from '../kind/system/submission.ts'
import { packPosted } from '../kind/sales/posted.ts'
import { parseTable } from '../table/definition.ts'
import { parseYaml } from '../source/yaml.ts'
import { plainPress, tenant, vocabulary } from '../workflow/fixture.ts'
import { leadView, submissionKeysOf, tellStory } from './story.ts'

const table = parseTable(
  parseYaml(
    'rules/lead-routing.yaml',
    readFileSync(new URL('../../test/fixture/northwind/rules/lead-routing.yaml', import.meta.url), 'utf8'),
  ),
  vocabulary,
)
const published = { company, tables: { 'lead-routing': table } }

const id = leadId.parse('lead_1')
const sub = submissionId.parse('sub_1')
const at = (minute: number) => `2027-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`
const lead: Lead = {
  tenant,
  id,
  version: 3,
  status: 'open',
  createdAt: at(0),
  updatedAt: at(0),
  submissionId: sub,
  channel: 'web-form',
  language: 'en',
  contact: { name: 'Ada' },
  hop: 1,
}
const submission = toItem(submissionKind, {
  tenant,
  id: sub,
  version: 1,
  createdAt: at(0),
  updatedAt: at(0),
  door: 'form',
  formId: 'demo',
  posted: packPosted(
    {
      message: 'Please call me.',
      fields: [
        ['name', 'Ada'],
        ['name', 'again'],
      ],
      contentType: 'application/json',
    },
    plainPress,
  ),
  language: 'en',
  outcome: 'lead',
  leadId: id,
})
const segment = (version: string) =>
  toItem(segmentKind, {
    tenant,
    version: 1,
    subject: { kind: 'lead', id },
    workflow: 'w',
    occurrence: '1',
    segment: 0,
    workflowVersion: 'v',
    execution: 'e',
    at: at(1),
    until: at(30),
    variables: {},
    messages: [{ to: personId.parse('anna'), template: 'lead-assigned' }],
    journal: packJournal(
      {
        entries: [
          {
            step: '1 route',
            what: 'table',
            record: {
              table: 'lead-routing',
              version,
              row: 'dach',
              facts: { 'lead.country': 'DE' },
              outputs: { team: 'sales-dach' },
            },
          },
        ],
        data: { reason: 'turn' },
      },
      plainPress,
    ),
  })
const items = [
  toItem(messageKind, {
    tenant,
    version: 2,
    subject: { kind: 'lead', id: id },
    id: 'w.1.0.0',
    to: personId.parse('anna'),
    template: 'lead-assigned',
    data: {},
    status: 'sent',
    createdAt: at(1),
    sentAt: at(2),
    words: plainPress.pack('New lead: Ada Lovelace\nPlease answer.\n'),
  }),
  segment(table.version),
  toItem(leadKind, lead),
  toItem(activityKind, {
    tenant,
    version: 1,
    subject: { kind: 'lead', id: id },
    id: 'act_1',
    at: at(5),
    what: 'call',
    by: 'anna',
    text: 'reached',
  }),
  submission,
]

test('a story tells in its order what arrived, what was decided and why, what was told and what was done', () => {
  const { events } = tellStory(items, published, plainPress)
  expect(events.map(({ at: when, what }) => [when, what])).toEqual([
    [at(0), 'submission'],
    [at(1), 'run'],
    [at(1), 'decision'],
    [at(1), 'message'],
    [at(5), 'activity'],
  ])
  const [arrived, , decided, told, done] = events
  expect(arrived).toMatchObject({
    fields: [
      { name: 'name', value: 'Ada' },
      { name: 'name', value: 'again' },
    ],
  })
  expect(decided).toMatchObject({
    steps: [{ step: '1 route', row: 'dach', facts: { 'lead.country': 'DE' } }],
  })
  expect(told).toMatchObject({
    to: { id: 'anna', name: 'Anna Becker' },
    subject: 'New lead: Ada Lovelace',
    text: 'Please answer.\n',
    status: 'sent',
    sentAt: at(2),
    because: { reason: 'turn' },
  })
  expect(done).toMatchObject({ activity: 'call', by: { id: 'anna', name: 'Anna Becker' }, text: 'reached' })
})

test('a decision has its sentence while its version is the published one, and its record always', () => {
  const summary = (version: string) => {
    const event = tellStory([segment(version)], published, plainPress).events.find(
      ({ what }) => what === 'decision',
    )
    return (event?.steps as { summary?: string; row: string }[] | undefined)?.[0]
  }
  expect(summary(table.version)?.summary).toMatch(/dach/)
  expect(summary('older')).toMatchObject({ row: 'dach' })
  expect(summary('older')?.summary).toBeUndefined()
})

test('a run that waits is cancelled once its lead is answered or closed, and has failed until it goes on', () => {
  const runOf = (changed: Partial<Lead>, ...more: Item[]) =>
    tellStory(
      [segment('v'), toItem(leadKind, { ...lead, ...changed }), ...more],
      published,
      plainPress,
    ).events.find(({ what }) => what === 'run')
  expect(runOf({})).toMatchObject({ at: at(1), status: 'waiting', until: at(30) })
  expect(runOf({ answeredAt: at(9) })).toMatchObject({
    status: 'cancelled',
    endedAt: at(9),
    reason: 'answered',
  })
  expect(runOf({ status: 'won', closedAt: at(9) })).toMatchObject({ status: 'cancelled', reason: 'closed' })
  const failure = toItem(decisionKind, {
    tenant,
    version: 1,
    subject: { kind: 'lead', id },
    at: at(31),
    id: 'run-failed.e',
    entries: [
      { step: 'run', what: 'failed', record: { execution: 'e', outcome: 'FAILED', error: 'internal' } },
    ],
  })
  expect(runOf({}, failure)).toMatchObject({ status: 'failed', endedAt: at(31), reason: 'internal' })
  const { until: _, ...next } = fromItem(segmentKind, segment('v'))
  const redriven = toItem(segmentKind, { ...next, segment: 1, at: at(40), over: 'last step' })
  expect(runOf({}, failure, redriven)).toMatchObject({ at: at(1), status: 'ended', reason: 'last step' })
})

test('people who have left are still named by their id', () => {
  const left = items.map((item) => (item.kind === 'message' ? { ...item, to: 'gone' } : item))
  const told = tellStory(left, published, plainPress).events.find(({ what }) => what === 'message')
  expect(told).toMatchObject({ to: { id: 'gone' }, subject: 'New lead: Ada Lovelace' })
})

test('a message that was not sent yet has no words', () => {
  const pending = items.filter(({ kind }) => kind !== 'message')
  const told = tellStory(pending, published, plainPress).events.find(({ what }) => what === 'message')
  expect(told).toMatchObject({ id: 'w.1.0.0', status: 'pending', because: { reason: 'turn' } })
  expect(told).not.toHaveProperty('subject')
})

test('a story asks for every submission that its items name, once', () => {
  const merge = toItem(activityKind, {
    tenant,
    version: 1,
    subject: { kind: 'lead', id: id },
    id: 'act_2',
    at: at(6),
    what: 'merge',
    by: 'customer',
    submissionId: submissionId.parse('sub_2'),
  })
  expect(submissionKeysOf([...items, merge, merge]).map(({ pk }) => pk)).toEqual([
    `${tenant}#sub_1`,
    `${tenant}#sub_2`,
  ])
})

test('a lead whose words stand in its submission is told with them', () => {
  const own = toItem(leadKind, { ...lead, inSubmission: ['message'] })
  const { lead: told } = tellStory([own, submission], published, plainPress)
  expect(told).toMatchObject({ message: 'Please call me.' })
  expect(told).not.toHaveProperty('inSubmission')
})

test('callers see nothing of the product’s bookkeeping', () => {
  expect(Object.keys(leadView(lead))).not.toEqual(expect.arrayContaining(['tenant']))
  expect(JSON.stringify(tellStory(items, published, plainPress))).not.toMatch(/"(tenant|pk|sk|hop|listPk)"/)
})
