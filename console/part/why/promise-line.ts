/** Where the moments of a promise stand on its line, in percent of it. */
export interface PromisePlaces {
  promised: number
  now: number
  /** the end of the line */
  end: number
}

/**
 * The line goes from when the promise began to what comes after it, or a while beyond what was promised; later than that nobody
 * measures on it, so now stays at its end. All in milliseconds.
 */
export function placesOf({
  from,
  until,
  then,
  now,
}: {
  from: number
  until: number
  then?: number
  now: number
}): PromisePlaces {
  const end = Math.max(then ?? 0, until + (until - from) / 2, from + 1)
  const placeOf = (at: number) => Math.round(Math.max(0, Math.min(1, (at - from) / (end - from))) * 1000) / 10
  return { promised: placeOf(until), now: placeOf(now), end }
}
