/*
 * Problem: a program that posts all day must not turn customers away. A limit for all together does just that, and a limit
 * that refuses loses whoever shares an address with the program. So each address has a limit of its own, and what comes
 * beyond it is stored in the quarantine, where a person sees it and nothing else happens.
 * Representation: for each address one number, the moment at which its bucket will be full again (GCRA: ITU-T I.371,
 * "virtual scheduling"), in the order of last use. A bucket that is full again says nothing, so it may be forgotten.
 * Invariant: at most `mostAddresses` are remembered. Forgetting one gives it a full bucket: it never harms a customer.
 * What comes beyond the limit counts as well, so a flood does not get every tenth post through: it stays over the limit
 * until it pauses.
 * Rejected: a counter in the table, which costs each customer a write and makes a flood dear; so each instance of the
 * function counts for itself, and the limit is approximate: of N instances up to N times as much.
 */

/**
 * What one address may post. An office, a stand at a fair, the gateway of a mobile network and the server of a site that
 * passes its visitors' forms on speak for many people with one address: sixty at once, and ten a minute for as long as one
 * likes, is more than any of them sends to one company, and a program sends that in a second.
 */
export const perAddress = { atOnce: 60, everyMilliseconds: 6_000 }

/** Some 100 bytes each. */
export const mostAddresses = 10_000

export interface Floods {
  /** Counts a post of this address at `now` (milliseconds), and says whether it is beyond the limit. */
  isOver(address: string, now: number): boolean
}

export function openFloods({ atOnce, everyMilliseconds } = perAddress, most = mostAddresses): Floods {
  const fullAt = new Map<string, number>()
  const whole = atOnce * everyMilliseconds
  return {
    isOver(address, now) {
      const next = Math.max(fullAt.get(address) ?? now, now) + everyMilliseconds
      const isOver = next - now > whole
      // Taken out first, so that it becomes the last.
      fullAt.delete(address)
      fullAt.set(address, Math.min(next, now + whole))
      if (fullAt.size > most) fullAt.delete(fullAt.keys().next().value!)
      return isOver
    },
  }
}

/**
 * What counts as one sender: of IPv4 the address, of IPv6 the /64, which is what one connection gets (RFC 6177).
 * Undefined when no limit can be just: loopback, private and shared addresses are those of a proxy or of the neighbours,
 * behind which everybody looks alike (RFC 6890), and a text that is no address is nobody's.
 */
export function senderOf(address: string): string | undefined {
  const inside = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (inside !== undefined) return isPublic4(inside.split('.').map(Number)) ? inside : undefined
  const groups = groupsOf(address)
  // Global unicast is 2000::/3.
  if (!groups || groups[0]! >> 13 !== 1) return undefined
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')
}

function isPublic4(octets: number[]): boolean {
  const [a = 0, b = 0] = octets
  if (octets.some((octet) => octet > 255)) return false
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100) return b < 64 || b > 127
  if (a === 172) return b < 16 || b > 31
  return !(a === 169 && b === 254) && !(a === 192 && b === 168)
}

/** The eight groups of an IPv6 address (RFC 4291, section 2.2), without zone. */
function groupsOf(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length) return undefined
  const read = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const [before, after] = [read(head), read(tail ?? '')]
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array<string>(Math.max(missing, 0)).fill('0'), ...after]
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined
}
