import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copySources, synthesizeSources } from '../changed-sources.ts'
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

const project = mkdtempSync(join(tmpdir(), 'holdfast-any-work-'))
let cloud: Cloud
beforeAll(async () => {
  copySources(project, { added, written })
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
      const page = await cloud.request(link![1]!, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(200)
      expect(page.text).toContain(`/repairs/${id}/history`)

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
