import fc from 'fast-check'
import { expect, test } from 'vitest'
import { personId, toInstant } from '../record/id.ts'
import type { Message } from '../kind/system/message.ts'
import { id, monday, plainPress, tenant } from '../workflow/fixture.ts'
import { keepWords, wordsAsSent } from './sent-words.ts'

const message = (data: Message['data'] = {}): Message => ({
  tenant,
  version: 1,
  subject: { kind: 'lead', id: id },
  id: 'follow.1.0.0',
  to: personId.parse('anna'),
  template: 'lead-assigned',
  data,
  status: 'sent',
  createdAt: toInstant(monday),
})

test('words that fit are given back as they were sent', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      (subject, text) => {
        const kept = keepWords(message(), { subject, text }, plainPress)
        expect(wordsAsSent(kept, plainPress)).toEqual({ subject: subject.replaceAll('\n', ' '), text })
      },
    ),
  )
})

test('words that would take the item beyond two write units are cut between characters and marked', () => {
  fc.assert(
    fc.property(fc.constantFrom('a', 'ї', '漢', '👩'), fc.nat(300), (character, note) => {
      const mail = { subject: 'Long', text: character.repeat(4000) }
      const kept = keepWords(message({ note: 'n'.repeat(note) }), mail, plainPress)
      expect(kept.words!.length + JSON.stringify({ ...kept, words: undefined }).length).toBeLessThan(2048)
      const words = wordsAsSent(kept, plainPress)!
      expect(words).toMatchObject({ subject: 'Long', cut: true })
      expect(words.text.length).toBeGreaterThan(500)
      expect(mail.text.startsWith(words.text)).toBe(true)
      expect(words.text.isWellFormed()).toBe(true)
    }),
  )
})

test('words that nobody can read any more are left out', () => {
  const kept = keepWords(message(), { subject: 'a', text: 'b' }, plainPress)
  expect(wordsAsSent(kept, { ...plainPress, unpack: () => undefined })).toBeUndefined()
  expect(wordsAsSent(message(), plainPress)).toBeUndefined()
})
