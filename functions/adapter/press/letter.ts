import type { Press } from '#core/record/item.ts'
import { packBy, unpackBy, utf8, type Format } from './format.ts'
import { letterDictionary } from './letter-dictionary.ts'
import { journalPress } from './journal.ts'
import { latinDictionary } from './submission-dictionary.ts'

const bare: Format = { number: 1, dictionary: utf8.encode(letterDictionary), ...utf8 }
/** With the words of people who ask, whom letters quote: 30 bytes less of a message of 1,000 characters. */
const letter: Format = { number: 5, dictionary: utf8.encode(latinDictionary + letterDictionary), ...utf8 }

/** For the words of letters. It reads journals and submissions too: who shows or tells of a lead needs all of them. */
export const press: Press = {
  pack: (text) => packBy(letter, text),
  unpack: (bytes) => unpackBy([letter, bare], bytes) ?? journalPress.unpack(bytes),
}
