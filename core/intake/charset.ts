/** Part of the web platform and of Node, but not of the language: declared here, because the core has no other types. */
declare const TextDecoder: new (
  charset: string,
  options?: { fatal?: boolean },
) => { decode(bytes: Uint8Array): string }

/**
 * Text of bytes that a stranger sent. The declared character set counts; without one, or with one that nobody knows,
 * it is UTF-8 when it can be, else `legacy`: what old forms of the visitor's language are written in.
 * Never fails: what cannot be read becomes U+FFFD, a lone surrogate too, so every result can be stored.
 */
export function decodeText(bytes: Uint8Array, declared: string | undefined, legacy = 'windows-1252'): string {
  const named = declared && decoderOf(declared.trim())
  if (named) return named.decode(bytes).toWellFormed()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder(legacy).decode(bytes).toWellFormed()
  }
}

function decoderOf(charset: string): { decode(bytes: Uint8Array): string } | undefined {
  try {
    return new TextDecoder(charset)
  } catch {
    return undefined
  }
}
