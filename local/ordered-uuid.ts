import { randomUUID } from 'node:crypto'

/**
 * A UUID of version 7 (RFC 9562, section 5.7): those of a later millisecond come later in any index, which then grows at
 * its end. Random ones cost a page of the file each.
 * @param now milliseconds since the epoch
 */
export function orderedUuid(now: number): string {
  const time = Math.floor(now).toString(16).padStart(12, '0')
  // The version is followed by 12 random bits, the variant and 62 more.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
