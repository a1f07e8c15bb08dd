import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { changedNorthwind, edit } from '../changed-northwind.ts'
import { openCloud, type Cloud } from '../cloud.ts'
import { northwind } from '../fixture/northwind.ts'

/** What an operator adds without code: a file in messages/, and a step that tells it. */
const message = `message: owner-is-asked
title: How it went, to whoever has the lead
record: lead
urgent: true
subject:
  en: 'How did it go with {who}?'
  uk: 'Як минуло з {who}?'
  ru: 'Как прошло с {who}?'
headline: { en: A word from you, uk: Слово від вас, ru: Слово от вас }
task:
  - if: { reason: [turn] }
    en: It was your turn[ in {team}].
    uk: Була ваша черга[, команда {team}].
    ru: Была ваша очередь[, команда {team}].
  - if: { reason: [no-answer] }
    en: This is not said.
    uk: Цього не сказано.
    ru: Это не сказано.
parts: [facts, contact]
`

test('a project without a message that the product itself sends is not built, and the file is named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-project-'))
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    await expect(
      changedNorthwind(folder, (content) => rmSync(join(content, 'messages/lead-raised.yaml'))),
    ).rejects.toThrow('One error')
    expect(told.mock.calls.join('')).toContain(
      'messages/lead-raised.yaml:1:1: error: the file is missing: Holdfast itself sends "lead-raised"',
    )
  } finally {
    told.mockRestore()
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('a message that is added as one file', () => {
  const project = mkdtempSync(join(tmpdir(), 'holdfast-project-'))
  let cloud: Cloud
  beforeAll(async () => {
    const assembly = await changedNorthwind(project, (content) => {
      writeFileSync(join(content, 'messages/owner-is-asked.yaml'), message)
      edit(
        join(content, 'workflows/lead-follow-up.yaml'),
        / {2}- waitUntil: respondBy/,
        '  - tell: owner\n    message: owner-is-asked\n$&',
      )
    })
    cloud = await openCloud({ start: '2027-03-01T09:00:00.000Z', assembly })
  })
  afterAll(async () => {
    await cloud.stop()
    rmSync(project, { recursive: true, force: true })
  })

  test.each([
    [
      'de',
      'DE',
      'How did it go with Ada?',
      /^A word from you\n\nIt was your turn in \S.*\.\n\nPromised by: /,
    ],
    ['uk', 'UA', 'Як минуло з Ada?', /^Слово від вас\n\nБула ваша черга, команда \S.*\.\n\nОбіцяно до: /],
  ])('is sent to the reader of a lead from %s in his language', async (language, country, subject, text) => {
    const email = `ada-${language}@customer.example`
    const { json } = await cloud.postForm({ name: 'Ada', email, country, message: 'Please call.' })
    await cloud.settle()
    const mails = (await cloud.mailsAbout(json.leadId)).filter(
      (mail) => !/New lead|Новий запит/.test(mail.subject),
    )
    expect(mails.map((mail) => mail.subject)).toEqual([subject])
    const [mail] = mails
    expect(mail!.text).toMatch(text)
    expect(mail!.text).not.toMatch(/Please call|not said|Цього/)
    expect(mail!.html).toMatch(/class="late"/)
    const reader = Object.values(northwind.people).find((person) => mail!.to.includes(person.email))
    expect(reader!.language).toBe(country === 'UA' ? 'uk' : 'en')
  })
})
