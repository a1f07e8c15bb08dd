import type { Press } from '../record/item.ts'
import type { Message } from '../kind/system/message.ts'
import type { RenderedMessage } from './render.ts'

/*
 * The words that were sent, kept in the message's own item: a lead, a person and a title change, what somebody has
 * read does not. Compressed, because a table bills each begun kilobyte of an item.
 */

export interface SentWords {
  subject: string
  text: string
  /** the end is missing: the customer's own words stand whole in the submission */
  cut?: true
}

/** Bytes of a whole item: two write units of the table. */
const longestItem = 2048
/** A message that carries much itself keeps at least the beginning of its words. */
const leastWords = 512

/** The message with the words of its mail. What would take the item beyond two write units is cut and marked. */
export function keepWords(
  message: Message,
  mail: Pick<RenderedMessage, 'subject' | 'text'>,
  { pack }: Press,
): Message {
  const { words: _, wordsCut: __, ...bare } = message
  // The names of the keys and the keys themselves are not in the record: 200 bytes in all.
  const room = Math.max(leastWords, longestItem - 200 - bytesOf(JSON.stringify(bare)))
  const subject = mail.subject.replaceAll('\n', ' ')
  const packed = (length: number): Uint8Array<ArrayBuffer> =>
    pack(`${subject}\n${mail.text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}`)
  const whole = packed(mail.text.length)
  if (whole.length <= room) return { ...bare, words: whole }
  let [fits, tooLong] = [0, mail.text.length]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (packed(middle).length <= room) fits = middle
    else tooLong = middle
  }
  return { ...bare, words: packed(fits), wordsCut: true }
}

/** The words with which a message was sent; nothing while it was not, or when they cannot be read. */
export function wordsAsSent({ words, wordsCut }: Message, { unpack }: Press): SentWords | undefined {
  const text = words && unpack(words)
  if (text === undefined) return undefined
  const end = text.indexOf('\n')
  return { subject: text.slice(0, end), text: text.slice(end + 1), ...(wordsCut && { cut: true }) }
}

/** Bytes in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += 1 + Number(code >= 0x80) + Number(code >= 0x800) + Number(code >= 0x10000)
  }
  return bytes
}
