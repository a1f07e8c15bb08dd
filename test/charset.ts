/** Every character set of the Encoding Standard that decodes, by its name there, but UTF-8. */
export const charsets: readonly string[] = [
  'ibm866 koi8-r koi8-u macintosh x-mac-cyrillic windows-874',
  'iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-8-i',
  'iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16',
  'windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258',
  'gbk gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr utf-16be utf-16le',
].flatMap((line) => line.split(' '))

export interface Encoder {
  /** characters that this character set can write, in the order of their bytes */
  characters: readonly string[]
  encode(text: string): Buffer
}

/** Node only decodes: the table is made by decoding every sequence of one byte and of two. */
export function encoderOf(charset: string): Encoder {
  if (charset.startsWith('utf-16')) {
    const characters = Array.from({ length: 0x2fff }, (_, at) => String.fromCodePoint(at + 0x20))
    return { characters, encode: (text) => swapped(Buffer.from(text, 'utf16le'), charset === 'utf-16be') }
  }
  const table = new Map<string, number[]>()
  const add = (bytes: number[]): void => {
    const character = decoded(charset, bytes)
    if (character !== undefined && [...character].length === 1 && !table.has(character))
      table.set(character, bytes)
  }
  for (let byte = 0x20; byte < 0x100; byte++) add([byte])
  const stateful = charset === 'iso-2022-jp'
  for (let lead = stateful ? 0x21 : 0x81; lead < (stateful ? 0x7f : 0xff); lead++)
    for (let trail = stateful ? 0x21 : 0x40; trail < (stateful ? 0x7f : 0xff); trail++)
      add(stateful ? [0x1b, 0x24, 0x42, lead, trail, 0x1b, 0x28, 0x42] : [lead, trail])
  const encode = (text: string): Buffer =>
    Buffer.from([...text].flatMap((character) => table.get(character) ?? [0x3f]))
  // A decoder refuses to switch to ASCII and back with nothing between.
  const joined = (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString('latin1').replaceAll('\x1b(B\x1b$B', ''), 'latin1')
  return { characters: [...table.keys()], encode: (text) => (stateful ? joined(encode(text)) : encode(text)) }
}

function decoded(charset: string, bytes: number[]): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

const swapped = (bytes: Buffer, swap: boolean): Buffer => (swap ? bytes.swap16() : bytes)
