import type { Press } from '#core/record/item.ts'
import { packBy, unpackBy, utf8, type Format } from './format.ts'
import { journalDictionary } from './journal-dictionary.ts'
import { submissionPress } from './submission.ts'

const journal: Format = { number: 4, dictionary: utf8.encode(journalDictionary), ...utf8 }

/**
 * For the journals of segments. That of an ordinary first segment has 1,150 characters and packs to 212 bytes (518 without
 * a dictionary), so that its item keeps below 1 KB for tables of many rows. It reads submissions too: what decides about a
 * lead may need its words.
 */
export const journalPress: Press = {
  pack: (text) => packBy(journal, text),
  unpack: (bytes) => unpackBy([journal], bytes) ?? submissionPress.unpack(bytes),
}
