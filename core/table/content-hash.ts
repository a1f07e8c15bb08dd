/**
 * A name for a content: 12 hexadecimal digits of the 64-bit FNV-1a of its canonical JSON (keys sorted, undefined left
 * out). Tells versions of a file apart; it is no protection against somebody who seeks a collision.
 */
export function contentHash(value: unknown): string {
  const text = canonical(value)
  // 64 bits in two halves: BigInt would be a hundred times slower.
  let high = 0xcbf29ce4
  let low = 0x84222325
  for (let i = 0; i < text.length; i++) {
    low ^= text.charCodeAt(i)
    // times 0x100000001b3 = 2^40 + 0x1b3
    const product = low * 0x1b3
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0
    low = product >>> 0
  }
  return (hex(high) + hex(low)).slice(0, 12)
}

const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0')

/** JSON with its keys sorted and without what is undefined: the same for the same content. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  return `{${Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
    .join(',')}}`
}
