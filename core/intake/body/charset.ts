/** Part of the web platform and of Node, but not of the language: declared here, because the core has no other types. */
declare const TextDecoder: new (
  charset: string,
  options?: { fatal?: boolean },
) => { decode(bytes: Uint8Array): string }
declare const btoa: (characters: string) => string

/** The best reading of bytes that a stranger sent. */
export interface Reading {
  /** can be stored: what could not be read is U+FFFD, a lone surrogate too */
  text: string
  /**
   * The character set in which it was read, when that is not sure: the bytes are not text of the declared one, or none
   * was declared and they are not UTF-8. Whoever keeps the text keeps the bytes as well.
   */
  unsure?: string
}

/**
 * The declared character set counts, also for bytes that are something else as well. Without one, or with one that
 * nobody knows, it is UTF-8 when it can be, else `legacy`: what old forms of the visitor's language are written in.
 * Names of character sets are those of the Encoding Standard. Never fails.
 */
export function readText(bytes: Uint8Array, declared: string | undefined, legacy = 'windows-1252'): Reading {
  const charset = declared?.trim().toLowerCase()
  const named = charset ? readStrictly(bytes, charset) : undefined
  if (named?.text !== undefined) return { text: named.text }
  if (charset && named) return { text: readLoosely(bytes, charset), unsure: charset }
  const text = readStrictly(bytes, 'utf-8')?.text
  return text === undefined ? { text: readLoosely(bytes, legacy), unsure: legacy } : { text }
}

export const decodeText = (bytes: Uint8Array, declared: string | undefined, legacy?: string): string =>
  readText(bytes, declared, legacy).text

/** Bytes as JSON can carry them (RFC 4648, 4). */
export function toBase64(bytes: Uint8Array): string {
  let characters = ''
  for (const byte of bytes) characters += String.fromCharCode(byte)
  return btoa(characters)
}

/** Without a text when the bytes are not of this character set; nothing when nobody knows it. */
function readStrictly(bytes: Uint8Array, charset: string): { text?: string } | undefined {
  try {
    const decoder = new TextDecoder(charset, { fatal: true })
    try {
      return { text: decoder.decode(bytes).toWellFormed() }
    } catch {
      return {}
    }
  } catch {
    return undefined
  }
}

const readLoosely = (bytes: Uint8Array, charset: string): string =>
  new TextDecoder(charset).decode(bytes).toWellFormed()
