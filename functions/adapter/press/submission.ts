import type { Press } from '#core/record/item.ts'
import { packBy, unpackBy, utf8, type Format } from './format.ts'
import { cyrillicDictionary, latinDictionary } from './submission-dictionary.ts'

const windows1251 = characterSet('windows-1251')

const latin: Format = { number: 2, dictionary: utf8.encode(latinDictionary), ...utf8 }
const cyrillic: Format = { number: 3, dictionary: windows1251.encode(cyrillicDictionary), ...windows1251 }

/** For what people submit. */
export const submissionPress: Press = {
  pack: (text) => packBy(/[\u0400-\u04FF]/.test(text) && windows1251.has(text) ? cyrillic : latin, text),
  unpack: (bytes) => unpackBy([latin, cyrillic], bytes),
}

/** A character set of one byte for each character, as the WHATWG's Encoding Standard has it. */
function characterSet(name: string) {
  const decoder = new TextDecoder(name)
  const bytes = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)).charCodeAt(0), byte]),
  )
  return {
    has(text: string): boolean {
      for (let at = 0; at < text.length; at++) if (!bytes.has(text.charCodeAt(at))) return false
      return true
    },
    encode: (text: string): Uint8Array =>
      Uint8Array.from({ length: text.length }, (_, at) => bytes.get(text.charCodeAt(at))!),
    decode: (packed: Uint8Array): string => decoder.decode(packed),
  }
}
