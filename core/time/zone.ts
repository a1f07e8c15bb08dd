/*
 * The offset of a zone from UTC at an instant, from Intl, which knows the zone database. A formatter costs about a
 * thousand times as much to create as to use, hence one per zone for the life of the process.
 */
const formatters = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds that the zone's clocks are ahead of UTC at `at`. Throws RangeError for an unknown zone. */
export function offsetAt(timeZone: string, at: number): number {
  const fields: Record<string, number> = {}
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) fields[type] = Number(value)
  const { year, month, day, hour, minute, second } = fields
  const wall = Date.UTC(year!, month! - 1, day, hour, minute, second)
  return wall - Math.floor(at / 1000) * 1000
}

export function isTimeZone(timeZone: string): boolean {
  try {
    formatterOf(timeZone)
    return true
  } catch {
    return false
  }
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
