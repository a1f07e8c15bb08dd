/* IP literals as numbers of 32 or 128 bits. */

export interface Address {
  bits: 32 | 128
  value: bigint
}

/** Reads an IPv4 or IPv6 literal; no IPv4 within IPv6, no zone. */
export function addressOf(text: string): Address | undefined {
  // The longest literals: 15 and 39 characters, or more with leading zeros, which only IPv4 takes, up to three digits.
  if (text.length > 39) return undefined
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (four) {
    const bytes = four.slice(1).map(Number)
    if (bytes.some((byte) => byte > 255)) return undefined
    return { bits: 32, value: bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n) }
  }
  const halves = text.split('::')
  if (!text.includes(':') || halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head!.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return undefined
  const groups = [...head!, ...Array<string>(missing).fill('0'), ...(tail ?? [])]
  if (!groups.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined
  return { bits: 128, value: groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n) }
}
