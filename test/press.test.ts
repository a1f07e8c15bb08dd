import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { letterDictionary } from '#functions/adapter/press/letter-dictionary.ts'
import { cyrillicDictionary, latinDictionary } from '#functions/adapter/press/submission-dictionary.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { journalPress } from '#functions/adapter/press/journal.ts'
import { journalDictionary } from '#functions/adapter/press/journal-dictionary.ts'

const cyrillicText = fc.string({
  unit: fc.constantFrom(...'абвгґдежзиіїйклмнопрстуфхцчшщьюяэыё АБВ.,–—«»“”’№€xyz019{}"\\\n'),
  maxLength: 500,
})
const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 500 }), cyrillicText)

describe.each([
  ['letters', press],
  ['submissions', submissionPress],
])('the press of %s', (_, { pack, unpack }) => {
  test('gives whatever was packed back as it was', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(unpack(pack(text))).toBe(text)
      }),
    )
  })

  test('gives the longest text back that a body may have, also where JSON writes six characters for each', () => {
    const longest = JSON.stringify('\u0001'.repeat(256 * 1024))
    expect(unpack(pack(longest)) === longest).toBe(true)
  })

  test('does not know bytes of another format', () => {
    expect(unpack(Uint8Array.of(9, 1, 2, 3))).toBeUndefined()
    expect(unpack(new Uint8Array())).toBeUndefined()
  })
})

test('a dictionary never changes: with another one nobody could read what was packed with it', () => {
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
  expect(hashOf(letterDictionary)).toBe('46a146eefa8826821b320324386b2eedf2b9133c8d2206dd6746f940b3f3b922')
  expect(hashOf(latinDictionary)).toBe('8c33544ad9d1488f0efa8c08067d1ef5608ab61e862066c37d44283bf6b9dd76')
  expect(hashOf(cyrillicDictionary)).toBe('8d57f07cf115a3dd680582d9cba8b353951269112001efc75d4ef92a7425aed2')
  expect(press.unpack(Buffer.from('AYPXRwqOKYlY6gcA', 'base64'))).toBe('New lead: Ada\nA new lead for you')
})

test('a Cyrillic text takes one byte for each character, and one with any other sort of character is kept whole', () => {
  const text = 'Підкажіть, скільки коштує система для двох цехів? '.repeat(3)
  const [packed, mixed] = [submissionPress.pack(text), submissionPress.pack(`${text}🙂`)]
  expect([packed[0], mixed[0]]).toEqual([3, 2])
  expect(submissionPress.unpack(mixed)).toBe(`${text}🙂`)
})

test('the dictionary of journals never changes either, and whoever reads letters reads them', () => {
  const hash = createHash('sha256').update(journalDictionary).digest('hex')
  expect(hash).toBe('293a66d34e4bb053fc8a3bf3b38d3aac1d1182251d76095e1804b544da27b4d8')
  const text = '{"entries":[],"grounds":{"because":"time"}}'
  expect(press.unpack(journalPress.pack(text))).toBe(text)
  expect(journalPress.unpack(press.pack('New lead'))).toBeUndefined()
})
