/** The first moment of a local day (`2026-12-31`) in a time zone, in milliseconds; of 23- and 25-hour days too. */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // The offset is that of the moment sought, so it is looked up near it; twice, for a change in between.
  const first = midnight - offsetAt(midnight, timeZone)
  const second = midnight - offsetAt(first, timeZone)
  // A day that begins with a skipped hour has no midnight: its first moment is the later of the two.
  return second === first || midnight - offsetAt(second, timeZone) === second
    ? second
    : Math.max(first, second)
}

/** Parts of the local time of a moment. */
export function localTime(at: number, timeZone: string): { weekday: string; hour: number; month: number } {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      month: 'numeric',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  )
  return { weekday: parts.weekday!.toLowerCase(), hour: Number(parts.hour), month: Number(parts.month) }
}

/** Milliseconds by which local clocks are ahead of UTC. */
function offsetAt(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  )
  const local = Date.parse(
    `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`,
  )
  return local - Math.floor(at / 1000) * 1000
}
