/**
 * Bytes of an item as DynamoDB counts them (Developer Guide, "Item sizes and formats"): names and values in UTF-8, 3 of a list
 * or a map and 1 of each entry, of a number one for each two digits and one more.
 */
export const sizeOfItem = (item: object): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0)

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).length / 2) + 1
  if (value instanceof Uint8Array) return value.length
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, entry) => sum + 1 + sizeOf(entry), 0)
  if (typeof value === 'object' && value !== null) return 3 + Object.keys(value).length + sizeOfItem(value)
  return 1
}
