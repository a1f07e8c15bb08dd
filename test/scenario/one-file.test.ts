import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindReference } from '#core/api/kind-reference.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { checkTable } from '#core/table/check/table.ts'
import { tableJsonSchema } from '#core/table/json-schema.ts'
import { factReference } from '#core/table/fact/reference.ts'
import type { Kind } from '#core/record/kind.ts'
import { allDoors } from '#infra/doors.ts'
import { findDeclared, findFacts } from '#infra/found.ts'
import { changedSources, synthesizeSources } from '../fixture/changed-sources.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { northwind } from '../fixture/northwind.ts'

/**
 * What somebody adds as one file is there everywhere: a copy of the sources gets a kind of record, a field and a route, and
 * is built and started.
 */
const added: Record<string, string> = {
  'core/kind/service/visit.ts': `import { choice, day, optional, prose, ref, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

export const visitKind = kind({
  name: 'visit',
  plural: 'visits',
  prefix: 'vis',
  title: 'Visit',
  help: 'A technician goes to a customer.',
  fields: () => ({
    subject: text('Subject', { list: true }),
    order: optional(text('Order')),
    place: choice('Place', ['office', 'home', 'site'], { list: true, help: 'where it is' }),
    on: optional(day('Day', { list: true })),
    leadId: optional(ref('lead', 'Lead')),
    technician: optional(ref('person', 'Technician')),
    report: optional(prose('Report')),
  }),
  called: ({ subject }) => subject,
  filedUnder: 'leadId',
  unique: ['order'],
  lifecycle: {
    initial: 'planned',
    states: { planned: { title: 'Planned', open: true }, done: { title: 'Done' }, dropped: { title: 'Dropped' } },
    transitions: {
      finish: { title: 'Finish', from: ['planned'], to: 'done', event: 'finished', needs: ['report'] },
      drop: { title: 'Drop', from: ['planned'], to: 'dropped', event: 'dropped' },
      reopen: { title: 'Open again', from: ['done', 'dropped'], to: 'planned', event: 'reopened' },
    },
  },
  work: { promises: [] },
})
export type Visit = RecordOf<typeof visitKind>
`,
  'functions/api/moon.ts': `import type { Door } from '#core/api/door.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'

export const door = {
  description: 'Says how the moon is',
  routes: [
    {
      routes: ['GET /moon/{phase}'],
      isOpen: true,
      words: { en: 'How the moon is', uk: 'Який місяць', ru: 'Какая луна' },
      calls: { 'GET /moon/{phase}': { id: 'howIsTheMoon', status: 200, params: { phase: 'phase' } } },
    },
  ],
} satisfies Door

/** GET /moon/{phase} */
export const handler = onHttp({}, ({ params }) => Promise.resolve(answerJson(200, { moon: params.phase })))
`,
}

/** What operators then write about it. */
const written: Record<string, string> = {
  'rules/visit-routing.yaml': `decision: visit-routing
record: visit
hitPolicy: first
outputs:
  team: { type: team }
rows:
  - id: chosen
    note: Whoever was asked for is in the service.
    when:
      visit.place: [site]
      visit.technician: [lukas, hannah]
    then: { team: service }
  - id: late
    when: { daysSince.created: [{ numeric: ['>', 7] }] }
    then: { team: enterprise }
default: { team: sales-dach }
tests:
  - name: a technician of the service takes his visit with him
    given: { visit: { place: site, technician: lukas } }
    expect: { row: chosen, outputs: { team: service } }
  - name: a visit that waits for a week is looked after by the key accounts
    given: { visit: { place: home }, daysSince: { created: 8 } }
    expect: { row: late }
  - name: any other visit is of the sales
    given: { visit: { place: site, on: 2027-03-04 } }
    expect: { row: default }
`,
  'workflows/visit-follow-up.yaml': `workflow: visit-follow-up
title: Visits on site
when:
  detail-type: [visit.created]
  detail: { visit: { place: [site] } }
until: { detail-type: [visit.finished, visit.dropped] }
lastResort: unanswered
steps:
  - route: visit-routing
  - assign: round-robin
  - wait: 4 business hours
  - queue: unanswered
`,
}

const project = changedSources({ added, written })
const content = join(project, 'northwind')
let cloud: Cloud

beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: await synthesizeSources(project) })
})
afterAll(async () => {
  await cloud.stop()
  rmSync(project, { recursive: true, force: true })
})

describe('a kind of record that is one file', () => {
  const post = (json: object, headers: Record<string, string> = {}) =>
    cloud.request('/visits', { json, user: 'anna', headers })

  test('is created, read, listed, changed and led through its life-cycle', async () => {
    const made = await post({ subject: 'Pump', place: 'office', technician: 'iryna' })
    expect(made.status, made.text).toBe(201)
    expect(made.json).toMatchObject({ subject: 'Pump', status: 'planned', version: 1 })
    expect(made.json.tenant).toBeUndefined()
    const path = `/visits/${made.json.id}`
    expect(made.headers.get('location')).toBe(path)
    expect((await cloud.request(path, { user: 'anna' })).json).toEqual(made.json)

    const headers = { 'if-match': made.headers.get('etag')! }
    const patch = { method: 'PATCH', json: { on: '2027-03-04', technician: null }, headers, user: 'anna' }
    const changed = await cloud.request(path, patch)
    expect(changed.json).toMatchObject({ on: '2027-03-04', version: 2 })
    expect(changed.json.technician).toBeUndefined()

    const unfinished = await cloud.request(`${path}/finish`, { json: {}, user: 'anna' })
    expect(unfinished).toMatchObject({ status: 422, json: { where: 'report' } })
    const finished = await cloud.request(`${path}/finish`, { json: { report: 'It runs.' }, user: 'anna' })
    expect(finished.json).toMatchObject({ status: 'done', closedAt: '2027-03-01T09:00:00.000Z' })
    expect((await cloud.request(`${path}/finish`, { json: {}, user: 'anna' })).json).toEqual(finished.json)
    expect((await cloud.request(`${path}/drop`, { json: {}, user: 'anna' })).status).toBe(409)

    const listOf = async (query: string) =>
      (await cloud.request(`/visits?${query}`, { user: 'anna' })).json.visits as { id: string }[]
    expect(await listOf('state=open')).toEqual([])
    expect((await listOf('month=2027-03')).map(({ id }) => id)).toEqual([made.json.id])
    await cloud.request(`${path}/reopen`, { json: {}, user: 'anna' })
    expect((await listOf('')).map(({ id }) => id)).toEqual([made.json.id])
  })

  test('refuses in words what it does not have', async () => {
    const wrong = [
      [{ place: 'office' }, 'subject'],
      [{ subject: 'x', place: 'moon' }, 'place'],
      [{ subject: 'x', place: 'home', colour: 'red' }, 'colour'],
      [{ subject: 'x', place: 'home', status: 'done' }, 'status'],
      [{ subject: 'x', place: 'home', leadId: 'lead_01MG052TM0DZSKMA83Q8841A8X' }, 'leadId'],
      [{ subject: 'x', place: 'home', technician: 'nobody' }, 'technician'],
    ] as const
    for (const [body, where] of wrong)
      expect(await post(body), JSON.stringify(body)).toMatchObject({ status: 422, json: { where } })
    const lead = (await cloud.postForm({ name: 'Ann', email: 'ann@customer.example' })).json.leadId as string
    expect((await cloud.request(`/visits/${lead}`, { user: 'anna' })).status).toBe(404)
    expect((await cloud.request('/visits')).status).toBe(401)
    expect((await cloud.request('/visits', { method: 'DELETE', user: 'anna' })).status).toBe(405)
  })

  test('has a value for itself that is unique, whoever comes at the same moment, and until it gives it up', async () => {
    const visit = { subject: 'Order', place: 'home', order: ' A-17' }
    const answers = await Promise.all(Array.from({ length: 4 }, async () => post(visit)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
    const refused = answers.find(({ status }) => status === 409)!.json
    expect(refused).toMatchObject({ code: 'record.exists', where: 'order' })
    const first = `/visits/${answers.find(({ status }) => status === 201)!.json.id}`
    const change = (path: string, json: object) =>
      cloud.request(path, { method: 'PATCH', json, headers: { 'if-match': '*' }, user: 'anna' })
    expect((await change(first, { order: 'a-17', subject: 'Its own' })).status).toBe(200)
    const second = `/visits/${(await post({ ...visit, order: 'B-2' })).json.id}`
    expect((await change(second, { order: 'a-17' })).status).toBe(409)
    expect((await change(first, { order: null })).status).toBe(200)
    expect((await change(second, { order: 'A-17' })).status).toBe(200)
    expect((await post({ ...visit, order: 'B-2' })).status).toBe(201)
  })

  test('tells who changed what, in its own history and, where it is filed, in that of its lead', async () => {
    const { json: lead } = await cloud.request('/leads', {
      json: { name: 'File', email: 'file@customer.example' },
      user: 'viktor',
    })
    const json = { subject: 'Filed', place: 'home', leadId: lead.leadId }
    const { json: visit } = await cloud.request('/visits', { json, user: 'viktor' })
    const path = `/visits/${visit.id}`
    const headers = { 'if-match': '"1"' }
    await cloud.request(path, { method: 'PATCH', json: { place: 'office' }, headers, user: 'viktor' })
    await cloud.request(`${path}/finish`, { json: { report: 'It runs.' }, user: 'viktor' })
    await cloud.advance('2 seconds')
    const historyOf = async (of: string, user: string) =>
      (await cloud.request(`${of}/history`, { user })).json.events as Record<string, unknown>[]
    const [created, moved, finished] = (await historyOf(path, 'viktor')).filter(
      ({ what }) => what === 'created' || what === 'change',
    )
    expect(created).toMatchObject({ at: visit.createdAt, what: 'created', by: { id: visit.createdBy } })
    expect(moved).toMatchObject({
      by: { id: 'viktor' },
      fields: { place: { was: 'home', is: 'office' } },
    })
    expect(finished).toMatchObject({
      by: { id: 'viktor' },
      fields: { status: { was: 'planned', is: 'done' }, report: { is: 'It runs.' } },
    })
    expect(await historyOf(`/leads/${lead.leadId}`, 'viktor')).toContainEqual(
      expect.objectContaining({
        what: 'record',
        kind: 'visit',
        id: visit.id,
        called: 'Filed',
        status: 'done',
      }),
    )
  })

  test('is listed by its states, and a parameter that does not exist is refused', async () => {
    const { json: visit } = await post({ subject: 'Listed', place: 'home' })
    await cloud.request(`/visits/${visit.id}/drop`, { json: {}, user: 'anna' })
    const listOf = async (query: string) => cloud.request(`/visits?${query}&limit=100`, { user: 'anna' })
    const ids = async (query: string) =>
      (await listOf(query)).json.visits.map(({ id }: { id: string }) => id) as string[]
    expect(await ids('state=dropped')).toContain(visit.id)
    expect(await ids('state=done')).not.toContain(visit.id)
    for (const [query, where] of [
      ['state=droped', 'state'],
      ['place=home', 'place'],
    ] as const)
      expect(await listOf(query)).toMatchObject({ status: 400, json: { where } })
  })

  test('is done once under a key', async () => {
    const headers = { 'idempotency-key': 'visit-1' }
    const answers = [
      await post({ subject: 'Once', place: 'home' }, headers),
      await post({ subject: 'Once', place: 'home' }, headers),
    ]
    expect(answers[1]!.json).toEqual(answers[0]!.json)
    expect((await post({ subject: 'Twice', place: 'home' }, headers)).status).toBe(422)
  })

  test('is work that somebody looks after: what no workflow takes up lies in a queue that is watched', async () => {
    const { json } = await post({ subject: 'Nobody', place: 'home' })
    const lead = (await cloud.postForm({ name: 'Eve', email: 'eve@customer.example' })).json.leadId as string
    await cloud.advance('1 day')
    const visit = (await cloud.request(`/visits/${json.id}`, { user: 'viktor' })).json
    expect(visit).toMatchObject({ status: 'planned', next: 'take' })
    const ids = async (plural: string): Promise<string[]> =>
      (await cloud.request(`/${plural}?queue=${visit.queueId}&limit=100`, { user: 'viktor' })).json[
        plural
      ].map(({ id }: { id: string }) => id)
    expect(await ids('visits')).toContain(json.id)
    expect(await ids('visits')).not.toContain(lead)
    expect((await ids('leads')).every((id) => id.startsWith('lead_'))).toBe(true)
    const { json: alerts } = await cloud.request('/alerts', { user: 'viktor' })
    const causes = (alerts.alerts as { id: string; what: string }[])
      .filter(({ id }) => id.includes(json.id as string))
      .map(({ what }) => what)
    expect(new Set(causes)).toEqual(new Set(['unroutable', 'overdue']))
    // It has no e-mails of its own: it is told of in the words for any kind, in the language of the reader.
    const [mail] = await cloud.mailsAbout(json.id as string)
    expect(mail!.subject).toMatch(/^(Needs you|Потрібна ваша увага|Нужно ваше внимание): Nobody \(Visit\)$/)
    expect(mail!.text).toMatch(/Place: +home/)
    const [link] = /http\S+\/open\/visits\/vis_\w+/.exec(mail!.text) ?? []
    const shown = await fetch(link!.replace(/^http:\/\/[^/]+/, cloud.url), { redirect: 'manual' })
    expect([shown.status, shown.headers.get('location')]).toEqual([302, `/app/visits/${json.id}`])
    const nowhere = await fetch(`${cloud.url}/open/voyages/${json.id}`)
    expect(nowhere.status).toBe(404)
  })

  test('is told of on the bus, without what is personal', async () => {
    const events = async (): Promise<number> => (await cloud.request('/_local/cost')).json.events
    await cloud.settle()
    const before = await events()
    expect((await post({ subject: 'Told', place: 'home' })).status).toBe(201)
    await cloud.settle()
    expect((await events()) - before).toBe(1)
  })

  test('is in the documentation, the facts and the bundles', async () => {
    const kinds = (await findDeclared(project)) as unknown as Kind[]
    const facts = await findFacts(project)
    expect(kindReference(kinds)).toContain('### Visit (`visit`)')
    expect(factReference(facts)).toContain('### `visit.…` — for tables about visit, alert\n')
    expect(tableJsonSchema(facts)).toMatchObject({
      properties: { record: { enum: expect.arrayContaining(['visit']) } },
      $defs: { condition: { properties: { 'visit.place': { description: expect.any(String) } } } },
    })
    expect(facts.factsOf('visit')).toContainEqual({
      name: 'visit.place',
      type: 'text',
      values: ['office', 'home', 'site'],
      always: true,
      about: 'where it is',
    })
    const document = (await cloud.request('/openapi.json')).json
    expect(await new Validator().validate(document)).toEqual({ valid: true })
    expect(document.paths['/visits/{id}/finish'].post.operationId).toBe('finishVisit')
    const { json } = await cloud.request('/docs', { headers: { accept: 'application/json' } })
    expect(JSON.stringify(json.routes)).toContain('POST /visits/{id}/{transition}')
    for (const name of ['record-read', 'record-write'])
      expect(readFileSync(join(project, '.build/function/api', name, 'index.js'), 'utf8')).toContain('visits')
  })
})

describe('a table about such a kind', () => {
  const holdfast = (...args: string[]) => {
    const command = join(project, 'cli/holdfast.mjs')
    const { stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
      cwd: content,
      encoding: 'utf8',
    })
    return stdout + stderr
  }

  test('is checked with its tests, and decides about a record with the reasons', () => {
    expect(holdfast('check', 'rules/visit-routing.yaml')).toContain('1 table, 3 tests: no problems')
    const record = { place: 'site', technician: 'hannah' }
    writeFileSync(join(content, 'visit.json'), JSON.stringify(record))
    const decided = holdfast('decide', 'visit-routing', '--record', 'visit.json', '--explain')
    expect(decided).toContain('team = service')
    expect(decided).toContain('visit.technician')
  })

  test('is refused for names and values that the declaration has not, with the nearest', async () => {
    const right = written['rules/visit-routing.yaml']!
    const wrong = [
      [/record: visit/, 'record: visti', 'there is no kind of record "visti"; did you mean "visit"?'],
      [/visit\.place: \[site/, 'visit.plase: [site', 'did you mean "visit.place"?'],
      [/visit\.place: \[site/, 'visit.place: [sites', 'did you mean "site"? It is one of office, home, site'],
      [/lukas, hannah/, 'lucas', 'did you mean "lukas"?'],
      [/visit\.place: \[site/, 'visit.on: [tomorrow', 'It is a day, such as 2027-03-01'],
      [/visit\.place: \[site/, 'visit.place: [4', 'is a text, and this asks for a number'],
      [/place: home \}/, 'place: moon }', '"visit.place" is never "moon"'],
      [/visit\.place: \[site/, 'customer.tier: [basic', 'it is a fact of tables with "record: customer"'],
    ] as const
    const vocabulary = await findFacts(project)
    for (const [find, replacement, told] of wrong) {
      const source = parseYaml('rules/visit-routing.yaml', right.replace(find, replacement))
      const { problems } = await checkTable(source, { vocabulary, company: northwind })
      const said = problems.map(({ message, hint }) => `${message}: ${hint}`).join('\n')
      expect(said, replacement).toContain(told)
    }
  })

  test('is told that no workflow takes up what is opened again', () => {
    expect(holdfast('check')).toContain(
      'no workflow begins with "visit.reopened": a visit that is opened again ends in a queue, with an alert [opened-again]',
    )
  })

  test('routes it in a workflow', async () => {
    const made = await cloud.request('/visits', {
      json: { subject: 'Boiler', place: 'site', technician: 'hannah' },
      user: 'anna',
    })
    expect(made.status, made.text).toBe(201)
    await cloud.settle()
    const path = `/visits/${made.json.id}`
    const visit = (await cloud.request(path, { user: 'viktor' })).json
    expect(visit).toMatchObject({ teamId: 'service', next: 'follow-up' })
    expect(['lukas', 'oksana', 'hannah']).toContain(visit.ownerId)
    const { text } = await cloud.request(`${path}/history`, { user: 'viktor' })
    expect(text).toContain('visit-routing')
    expect(text).toContain('chosen')
  })
})

test('a route that is one file is answered, and a wrong method at it is told apart', async () => {
  expect((await cloud.request('/moon/full')).json).toEqual({ moon: 'full' })
  expect((await cloud.request('/moon/full', { method: 'DELETE' })).status).toBe(405)
  const { routed } = await allDoors(join(project, 'functions'), project)
  expect(routed).toContainEqual(expect.objectContaining({ to: 'api/moon', routes: ['GET /moon/{phase}'] }))
})
