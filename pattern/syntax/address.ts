/*
 * IP addresses and ranges. An address is a family and four 32-bit words (IPv4 uses the first); families are never
 * compared with each other. There is no IPv4-in-IPv6 spelling and no zone id.
 */

export type Address = { family: 4 | 6; words: readonly [number, number, number, number] }

export type AddressRange = { address: Address; bits: number }

/** Reads "10.0.0.1" (leading zeros allowed, decimal) or "2001:db8::1"; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (text.length < 2 || text.length > 39) return undefined
  const first = text.charCodeAt(0)
  const hex = (first >= 0x30 && first <= 0x39) || ((first | 0x20) >= 0x61 && (first | 0x20) <= 0x66)
  if (!hex && first !== 0x3a) return undefined
  return text.includes(':') ? parseVersion6(text) : parseVersion4(text)
}

/** One text for each address, whatever its spelling. */
export function addressKey(address: Address): string {
  return `${address.family}:${address.words.map((word) => word.toString(16)).join(':')}`
}

export function isInRange(address: Address, range: AddressRange): boolean {
  if (address.family !== range.address.family) return false
  for (let index = 0; index < 4; index++) {
    const bits = Math.min(32, range.bits - 32 * index)
    if (bits <= 0) return true
    // A shift by 32 is a shift by 0, so 0 bits is handled above.
    if (((address.words[index] ?? 0) ^ (range.address.words[index] ?? 0)) >>> (32 - bits) !== 0) return false
  }
  return true
}

function parseVersion4(text: string): Address | undefined {
  const found = text.length <= 15 ? /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text) : null
  if (!found) return undefined
  const bytes = found.slice(1).map(Number)
  if (bytes.some((byte) => byte > 255)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  return { family: 4, words: [((a << 24) | (b << 16) | (c << 8) | d) >>> 0, 0, 0, 0] }
}

function parseVersion6(text: string): Address | undefined {
  if (!/^[0-9a-fA-F:]+$/.test(text)) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '')
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  const word = (index: number): number => (((all[index] ?? 0) << 16) | (all[index + 1] ?? 0)) >>> 0
  return { family: 6, words: [word(0), word(2), word(4), word(6)] }
}

function groups(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))
    ? parts.map((part) => parseInt(part, 16))
    : undefined
}
