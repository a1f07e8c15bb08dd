/** A length of time as an operator writes it. Days are kept apart: a business day has no fixed length. */
export interface Duration {
  milliseconds: number
  days: number
  /** counted while the calendar is open; otherwise a day is 24 hours */
  business: boolean
}

const unitMilliseconds: Record<string, number> = { second: 1000, minute: 60_000, hour: 3_600_000 }
const unitDays: Record<string, number> = { day: 1, week: 7 }
const part = /^(\d+(?:\.\d+)?)\s*(?:business\s+)?(second|minute|hour|day|week)s?$/
const aYear = 366 * 86_400_000

/**
 * Reads `30 minutes`, `2 hours`, `1 hour 30 minutes`, `3 business hours`, `1 day`.
 * Throws RangeError with how to write it.
 * @example parseDuration('2 hours').milliseconds // 7_200_000
 */
export function parseDuration(text: string): Duration {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const parts = words.split(/(?<=[a-z])(?:,? and |, ?| )(?=\d)/)
  const business = /\bbusiness\b/.test(words)
  let milliseconds = 0
  let days = 0
  for (const piece of parts) {
    const [, amount, unit] = part.exec(piece) ?? []
    if (amount === undefined || unit === undefined) throw new RangeError(howToWrite(text))
    const perUnit = unitMilliseconds[unit]
    if (perUnit !== undefined) milliseconds += Number(amount) * perUnit
    else days += Number(amount) * unitDays[unit]!
  }
  if (!Number.isInteger(days)) throw new RangeError(`"${text}": write a part of a day in hours`)
  if (business && /week/.test(words)) throw new RangeError(`"${text}": write business weeks in business days`)
  if (milliseconds + days === 0) throw new RangeError(`"${text}" is no time at all; ${example}`)
  if (milliseconds + days * 86_400_000 > aYear) throw new RangeError(`"${text}" is more than a year`)
  return { milliseconds: Math.round(milliseconds), days, business }
}

const example = 'write for example "30 minutes", "2 hours", "3 business hours" or "1 day"'

/** What is wrong with a text that is none, and how to write one. */
export function howToWrite(text: string): string {
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return `"${text}" has no unit; ${example}`
  if (/\b(month|year)s?\b/i.test(text))
    return `"${text}": months and years differ in length; write days or weeks`
  return `"${text}" is not a length of time; ${example}`
}
