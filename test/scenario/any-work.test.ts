import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedSources, synthesizeSources } from '../fixture/changed-sources.ts'
import { openCloud, type Cloud, type Mail } from '../cloud.ts'
import { northwind } from '../fixture/northwind.ts'
import { timelineOf } from './reading.ts'

/**
 * A kind of which the product knows nothing, with a table, a workflow and one message of its own: what is told of it comes
 * by e-mail, in its own words where it has some, else in those for any kind.
 */
const added = {
  'core/kind/service/repair.ts': `import { choice, day, instant, optional, prose, ref, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

export const repairKind = kind({
  name: 'repair',
  plural: 'repairs',
  prefix: 'rep',
  title: 'Repair',
  help: 'Something that a customer has is broken.',
  fields: () => ({
    device: text('Device', { list: true, help: 'what is broken' }),
    place: choice('Place', ['workshop', 'on site'], { list: true, help: 'where it is mended' }),
    wanted: optional(day('Wanted on', { list: true })),
    technician: optional(ref('person', 'Technician', { list: true })),
    story: optional(prose('Story')),
    respondBy: optional(instant('First word due', { given: true, list: true })),
    saidAt: optional(instant('First word')),
  }),
  called: ({ device }) => device,
  lifecycle: {
    initial: 'broken',
    states: { broken: { title: 'Broken', open: true }, mended: { title: 'Mended' } },
    transitions: { mend: { title: 'Mend', from: ['broken'], to: 'mended', event: 'mended' } },
  },
  work: { promises: [{ field: 'respondBy', step: 'call', keptBy: 'saidAt', title: 'first word' }] },
})
export type Repair = RecordOf<typeof repairKind>
`,
  'core/kind/service/loan.ts': `import { instant, optional, text } from '../../record/field.ts'
import { kind, type RecordOf } from '../../record/kind.ts'

export const loanKind = kind({
  name: 'loan',
  plural: 'loans',
  prefix: 'loan',
  title: 'Loan',
  help: 'A customer has something of ours for a while.',
  fields: () => ({
    thing: text('Thing', { list: true }),
    note: optional(text('Note')),
    returnBy: optional(instant('Return by', { list: true, help: 'when it comes back, as it was said' })),
    returnedAt: optional(instant('Returned')),
  }),
  called: ({ thing }) => thing,
  lifecycle: {
    initial: 'lent',
    states: { lent: { title: 'Lent', open: true }, lost: { title: 'Missed', open: true }, back: { title: 'Back' } },
    transitions: {
      miss: { title: 'Missed', from: ['lent'], to: 'lost', event: 'missed' },
      close: { title: 'Back', from: ['lent', 'lost'], to: 'back', event: 'closed' },
    },
  },
  work: { promises: [{ field: 'returnBy', step: 'return', keptBy: 'returnedAt', title: 'return' }] },
})
export type Loan = RecordOf<typeof loanKind>
`,
  // What only e-mails about it have.
  'core/service/repair-letter.ts': `import type { Repair } from '../kind/service/repair.ts'
import { harmless } from '../message/harmless.ts'
import { letter } from '../message/letter.ts'

export const repairLetter = letter<Repair, never>({
  about: 'repair',
  facts: { weekday: { type: 'text', help: 'on which day of the week it is wanted' } },
  parts: { story: 'what happened, in the words of the customer' },
  sends: [],
  factsOf: ({ record: { wanted }, language }) => ({
    weekday: wanted && new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(Date.parse(wanted)),
  }),
  partOf: {
    story: ({ record: { story } }) => (story ? [{ is: 'quote', label: 'Story', text: harmless(story) }] : []),
  },
})
`,
}
const written = {
  'rules/repair-routing.yaml': `decision: repair-routing
record: repair
hitPolicy: first
outputs:
  team: { type: team }
  respondWithin: { type: duration }
rows:
  - id: on-site
    note: Whoever waits at home is called first.
    when: { repair.place: [on site] }
    then: { team: sales-ukraine, respondWithin: 1 hour }
default: { team: sales-dach, respondWithin: 4 hours }
tests:
  - name: at home
    given: { repair: { place: on site } }
    expect: { row: on-site }
  - name: in the workshop
    given: { repair: { place: workshop } }
    expect: { row: default }
`,
  'workflows/repair-follow-up.yaml': `workflow: repair-follow-up
title: Nobody waits for a word
when: { detail-type: [repair.created] }
until: { detail-type: [repair.mended] }
lastResort: unanswered
steps:
  - route: repair-routing
  - assign: round-robin
  - tell: owner
    message: repair-assigned
  - waitUntil: respondBy
  - tell: owner
    message: work-reminder
  - wait: 30 business minutes
  - queue: unanswered
  - tell: watchers
    message: work-queued
`,
  'rules/loan-routing.yaml': `decision: loan-routing
record: loan
hitPolicy: first
outputs:
  team: { type: team }
  respondWithin: { type: duration }
rows:
  - id: drill
    when: { loan.thing: [Drill] }
    then: { team: service, respondWithin: 8 hours }
default: { team: sales-dach, respondWithin: 8 hours }
tests:
  - name: a drill is of the service
    given: { loan: { thing: Drill } }
    expect: { row: drill }
  - name: anything else
    given: { loan: { thing: Ladder } }
    expect: { row: default }
`,
  'workflows/loan-follow-up.yaml': `workflow: loan-follow-up
title: What is lent comes back
when: { detail-type: [loan.created], detail: { loan: { thing: [Drill] } } }
until: { detail-type: [loan.closed] }
lastResort: unanswered
steps:
  - route: loan-routing
  - assign: round-robin
  - waitUntil: returnBy
  - tell: owner
    message: work-reminder
  - wait: 30 business minutes
  - queue: unanswered
  - tell: watchers
    message: work-queued
`,
  'messages/repair-assigned.yaml': `message: repair-assigned
title: Something is broken, to whoever mends it
record: repair
subject:
  en: 'To be mended: {title}[, first word by {due}]'
  uk: 'Полагодити: {title}[, перше слово до {due}]'
  ru: 'Починить: {title}[, первое слово до {due}]'
headline: { en: 'Please mend {title}', uk: 'Полагодьте {title}', ru: 'Почините {title}' }
task:
  en: 'Please call by {due}[; it is wanted on {weekday}].'
  uk: 'Зателефонуйте, будь ласка, до {due}[; потрібно на {weekday}].'
  ru: 'Позвоните, пожалуйста, до {due}[; нужно на {weekday}].'
parts: [facts, story, why]
`,
}

const project = changedSources({ added, written })
let cloud: Cloud
beforeAll(async () => {
  cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly: await synthesizeSources(project) })
})
afterAll(async () => {
  await cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

const post = async (device: string, place: string): Promise<string> => {
  const { status, json, text } = await cloud.request('/repairs', {
    json: { device, place, wanted: '2027-03-04', technician: 'iryna', story: 'It fell.' },
    user: 'anna',
  })
  expect(status, text).toBe(201)
  await cloud.settle()
  return json.id as string
}
const readerOf = (mail: Mail) =>
  Object.entries(northwind.people).find(([, { email }]) => mail.to.includes(email))!

describe('a kind that was added', () => {
  test.each([
    ['workshop', 'To be mended: Lathe 7, first word by 14:00 (Berlin)', 'Please mend Lathe 7', 'With'],
    ['on site', 'Полагодити: Lathe 7, перше слово до 12:00 (Kyiv)', 'Полагодьте Lathe 7', 'Має запит'],
  ])(
    'tells its owner of a repair in the %s, with its title, what is known, why and a link',
    async (place, subject, headline, ofLeads) => {
      const id = await post('Lathe 7', place)
      const [mail, ...others] = await cloud.mailsAbout(id)
      expect(others).toEqual([])
      const { ownerId, teamId } = (await cloud.request(`/repairs/${id}`, { user: 'viktor' })).json
      expect(readerOf(mail!)[0]).toBe(ownerId)
      expect(northwind.teams[teamId as keyof typeof northwind.teams]!.members).toContain(ownerId)
      expect(mail!.subject).toBe(subject)
      expect(mail!.text.split('\n')[0]).toBe(headline)
      for (const row of [
        /^Device: +Lathe 7$/m,
        new RegExp(`^Place: +${place}$`, 'm'),
        /^Technician: +Ірина Мельник$/m,
        /^(Status|Стан): +Broken$/m,
        /repair-routing/,
        /Thursday|четвер/,
        /^Story:\n> It fell\.$/m,
      ])
        expect(mail!.text).toMatch(row)
      expect(mail!.text, 'nothing of leads').not.toContain(`${ofLeads}: `)
      expect(mail!.tags).toMatchObject({ repair: id, template: 'repair-assigned' })

      const link = new RegExp(`http\\S+(/open/repairs/${id})`).exec(mail!.text)
      expect(mail!.html).toContain(`href="${link![0]}"`)
      const shown = await cloud.request(link![1]!, { headers: { accept: 'text/html' } })
      expect([shown.status, shown.headers.get('location')]).toEqual([302, `/app/repairs/${id}`])

      const history = await cloud.request(`/repairs/${id}/history`, { user: 'viktor' })
      expect(history.text).toContain('repair-assigned')
    },
  )

  test('is chased in the words for any kind, each level once, and ends with the record', async () => {
    const id = await post('Pump 3', 'on site')
    const quick = await post('Pump 4', 'on site')
    expect((await cloud.request(`/repairs/${quick}/mend`, { json: {}, user: 'viktor' })).status).toBe(200)
    await cloud.advance('2 days')
    const timeline = await timelineOf(cloud, id)
    expect(timeline.map(({ template }) => template)).toEqual([
      'repair-assigned',
      'work-reminder',
      'work-queued',
      'repair-raised',
    ])
    const mails = await cloud.mailsAbout(id)
    for (const mail of mails.slice(1)) {
      expect(mail.subject).toMatch(/Pump 3 \(Repair\)$/)
      // The queue is called so in Northwind.
      expect(mail.text, 'what lists do not show').not.toContain('It fell')
      const text = mail.text.replaceAll('Leads that nobody answered in time', '')
      expect(text).not.toMatch(/undefined|lead|запит|запрос/i)
    }
    expect((await timelineOf(cloud, quick)).map(({ template }) => template)).toEqual(['repair-assigned'])
    const { alerts } = (await cloud.alerts('viktor')).json
    expect((alerts as { what: string }[]).map(({ what }) => what)).not.toContain('message-failed')
  })
})

describe('open work of any kind', () => {
  const call = (path: string, json: object, { user = 'viktor', ...more }: Record<string, unknown> = {}) =>
    cloud.request(path, { json, user: user as string, ...more })
  const lend = async (thing: string, more: object = {}): Promise<string> => {
    const { status, json, text } = await call('/loans', { thing, ...more })
    expect(status, text).toBe(201)
    await cloud.settle()
    return `/loans/${json.id}`
  }
  const seen = async (path: string) => (await cloud.request(path, { user: 'viktor' })).json
  const templates = async (path: string) =>
    (await timelineOf(cloud, path.slice('/loans/'.length))).map(({ template }) => template)

  test('that lies in a queue is taken by a person, and the count of the watchdog ends', async () => {
    const loan = await lend('Ladder')
    await cloud.advance('1 day')
    const queued = await seen(loan)
    expect(queued).toMatchObject({ next: 'take', raised: expect.any(Number) })

    const moved = await call(`${loan}/miss`, {}, { user: 'anna' })
    expect(moved.json, moved.text).toMatchObject({ status: 'lost', next: 'take', queueId: queued.queueId })
    expect(moved.json.ownerId).toBeUndefined()
    expect(moved.json.raised).toBeUndefined()

    const headers = { 'idempotency-key': 'take-1' }
    const taken = await call(`${loan}/take`, {}, { user: 'anna', headers })
    expect(taken.json, taken.text).toMatchObject({ ownerId: 'anna', next: 'return' })
    expect(taken.json.queueId).toBeUndefined()
    expect((await call(`${loan}/take`, {}, { user: 'anna', headers })).json).toEqual(taken.json)
    expect((await call(`${loan}/take`, {}, { user: 'anna' })).json).toEqual(taken.json)
    const mine = await cloud.request('/loans?owner=anna', { user: 'anna' })
    expect(mine.json.loans.map(({ id }: { id: string }) => `/loans/${id}`)).toContain(loan)
  })

  test('is given to whoever is there, and to a team in its queue; of several who take it at once one has it', async () => {
    const loan = await lend('Ladder', { note: 'long' })
    expect((await call(`${loan}/give`, { to: 'iryna' })).json).toMatchObject({ ownerId: 'iryna' })
    await cloud.settle()
    const [mail, ...others] = await cloud.mailsAbout(loan.slice('/loans/'.length))
    expect(others).toEqual([])
    expect(readerOf(mail!)[0]).toBe('iryna')
    expect(mail!.subject).toMatch(/^Тепер ваше: Ladder \(Loan\), до/)
    expect(mail!.text).toContain('Це передано вам.')
    for (const [to, queueId] of [
      ['service', 'service'],
      ['sales-dach', 'unanswered'],
    ])
      expect((await call(`${loan}/give`, { to })).json).toMatchObject({ teamId: to, queueId, next: 'take' })
    for (const [to, said] of [
      ['lukass', 'did you mean "lukas"?'],
      ['queue:lukas', 'there is no queue'],
    ])
      expect((await call(`${loan}/give`, { to })).json).toMatchObject({
        code: 'field.invalid',
        where: 'to',
        errors: [{ pointer: '/to' }],
        detail: expect.stringContaining(said!),
      })
    const away = { from: '2027-03-01T00:00:00Z', until: '2027-04-01T00:00:00Z', reason: 'holiday' }
    expect((await call('/people/lukas/absences', away)).status).toBe(201)
    expect((await call(`${loan}/give`, { to: 'lukas' })).json.detail).toContain('away until 2027-04-01')

    const takers = ['anna', 'jonas', 'selin']
    const answers = await Promise.all(takers.map(async (user) => call(`${loan}/take`, {}, { user })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const last = answers.toSorted((a, b) => b.json.version - a.json.version)[0]!
    expect((await seen(loan)).ownerId).toBe(last.json.ownerId)
    // Whoever is in another team does not see it.
    expect((await call(`${loan}/take`, {}, { user: 'taras' })).status).toBe(404)
    expect((await call(`${loan}/close`, {})).status).toBe(200)
    expect((await call(`${loan}/take`, {})).json).toMatchObject({ code: 'state.refused', where: 'status' })
  })

  test('has the time that people said, also when they say another one, and nothing acts before it', async () => {
    const { now } = (await cloud.request('/_local/clock')).json
    const inHours = (count: number): string => new Date(Date.parse(now) + count * 3_600_000).toISOString()
    const loan = await lend('Drill', { returnBy: inHours(30) })
    const routed = await seen(loan)
    expect(routed).toMatchObject({
      teamId: 'service',
      next: 'return',
      returnBy: inHours(30),
      due: inHours(30),
    })
    expect((await call(`${loan}/plan`, { nextAt: inHours(40) })).json.detail).toContain(
      'move "returnBy" first',
    )

    const put = {
      method: 'PATCH',
      json: { returnBy: inHours(50) },
      headers: { 'if-match': `"${routed.version}"` },
      user: 'viktor',
    }
    expect((await cloud.request(loan, put)).json).toMatchObject({ next: 'return', due: inHours(50) })
    await cloud.advance('40 hours')
    expect(await templates(loan)).toEqual([])
    expect(await seen(loan)).toMatchObject({ ownerId: routed.ownerId, next: 'return' })
    await cloud.advance('24 hours')
    expect((await templates(loan))[0]).toBe('loan-raised')
    const overdue = await seen(loan)
    expect(overdue.raised).toBeGreaterThan(0)

    const late = (await cloud.request('/_local/clock')).json.now as string
    const nextAt = new Date(Date.parse(late) + 24 * 3_600_000).toISOString()
    const planned = await call(`${loan}/plan`, { nextAt })
    expect(planned.json, planned.text).toMatchObject({ next: 'follow-up', due: nextAt })
    expect(planned.json.raised).toBeUndefined()
    const before = (await templates(loan)).length
    await cloud.advance('23 hours')
    expect(await templates(loan)).toHaveLength(before)
    const history = await cloud.request(`${loan}/history`, { user: 'viktor' })
    expect(history.text).toContain('put off')
  })
})
