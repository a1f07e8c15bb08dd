/*
 * Schedule expressions of rules: `rate(5 minutes)` and `cron(0 9 ? * MON-FRI *)`, always in UTC.
 *
 * A cron expression is kept as a set of allowed values for each field and searched forward, day by day within the
 * months that are allowed; the last year it can name is 2199.
 */

export interface Schedule {
  /**
   * The first occurrence after `now`; undefined when there is none any more.
   * @param anchor an occurrence, or when the rule was made: what a rate counts from
   */
  after(now: number, anchor: number): number | undefined
}

const unit: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** @throws Error for an expression that AWS would refuse */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression)
  if (rate) {
    const count = Number(rate[1])
    if (count < 1 || (count === 1) !== (rate[3] === '')) throw invalid(expression)
    const period = count * unit[rate[2]!]!
    return { after: (now, anchor) => anchor + (Math.floor(Math.max(0, now - anchor) / period) + 1) * period }
  }
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression)
  if (!cron) throw invalid(expression)
  try {
    return cronSchedule(cron.slice(1))
  } catch (error) {
    throw new Error(`${invalid(expression).message} ${(error as Error).message}`, { cause: error })
  }
}

const invalid = (expression: string) => new Error(`Parameter ScheduleExpression is not valid: ${expression}.`)

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ')

function cronSchedule(fields: string[]): Schedule {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw new Error('Exactly one of day-of-month and day-of-week must be ?.')
  const minutes = values(minute, 0, 59)
  const hours = values(hour, 0, 23)
  const months = values(month, 1, 12, monthNames)
  const years = values(year, 1970, 2199)
  const days = dayOfMonth === '?' ? weekdayTest(dayOfWeek) : monthDayTest(dayOfMonth)

  function after(now: number): number | undefined {
    const from = Math.floor(now / 60_000) * 60_000 + 60_000
    const begin = new Date(from)
    for (let y = begin.getUTCFullYear(); y <= 2199; y++) {
      if (!years.has(y)) continue
      for (let m = 1; m <= 12; m++) {
        if (!months.has(m) || Date.UTC(y, m, 1) <= from) continue
        const found = inMonth(y, m, from)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  function inMonth(y: number, m: number, from: number): number | undefined {
    for (let d = 1; d <= lastDay(y, m); d++) {
      const midnight = Date.UTC(y, m - 1, d)
      if (midnight + 86_400_000 <= from || !days(y, m, d)) continue
      for (const h of hours)
        for (const min of minutes) {
          const time = midnight + h * 3_600_000 + min * 60_000
          if (time >= from) return time
        }
    }
    return undefined
  }

  return { after: (now) => after(now) }
}

type DayTest = (year: number, month: number, day: number) => boolean

const lastDay = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** 1 is Sunday. */
const weekday = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1

function monthDayTest(field: string): DayTest {
  const tests = field.split(',').map((part): DayTest => {
    if (part === 'L') return (y, m, d) => d === lastDay(y, m)
    if (part === 'LW') return (y, m, d) => d === nearestWeekday(y, m, lastDay(y, m))
    const near = /^(\d+)W$/.exec(part)
    if (near) {
      const wanted = inRange(Number(near[1]), 1, 31)
      return (y, m, d) => wanted <= lastDay(y, m) && d === nearestWeekday(y, m, wanted)
    }
    const days = values(part, 1, 31)
    return (_y, _m, d) => days.has(d)
  })
  return (y, m, d) => tests.some((test) => test(y, m, d))
}

/** The weekday (Monday to Friday) nearest to a day, within its month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const name = weekday(year, month, day)
  if (name === 7) return day === 1 ? 3 : day - 1
  if (name === 1) return day === lastDay(year, month) ? day - 2 : day + 1
  return day
}

function weekdayTest(field: string): DayTest {
  const tests = field.split(',').map((part): DayTest => {
    if (part === 'L') return (y, m, d) => weekday(y, m, d) === 7
    const last = /^(\w+)L$/.exec(part)
    if (last) {
      const wanted = valueOf(last[1]!, 1, 7, dayNames)
      return (y, m, d) => weekday(y, m, d) === wanted && d + 7 > lastDay(y, m)
    }
    const [name, nth] = part.split('#')
    if (nth !== undefined) {
      const wanted = valueOf(name!, 1, 7, dayNames)
      const week = valueOf(nth, 1, 5)
      return (y, m, d) => weekday(y, m, d) === wanted && Math.ceil(d / 7) === week
    }
    const days = values(part, 1, 7, dayNames)
    return (y, m, d) => days.has(weekday(y, m, d))
  })
  return (y, m, d) => tests.some((test) => test(y, m, d))
}

/** The values of a field in ascending order: lists, ranges (which may wrap for names) and steps. */
function values(field: string, least: number, most: number, names?: string[]): Set<number> {
  const found: number[] = []
  for (const part of field.split(',')) {
    const [range = '', step, ...more] = part.split('/')
    const by = step === undefined ? 1 : inRange(/^\d+$/.test(step) ? Number(step) : NaN, 1, most)
    const [low, high, ...rest] = range.split('-')
    if (more.length > 0 || rest.length > 0) throw new Error(`${part} is not a value.`)
    const first = low === '*' ? least : valueOf(low!, least, most, names)
    const single = step === undefined && low !== '*'
    const open = single ? first : most
    const last = high === undefined ? open : valueOf(high, least, most, names)
    if (last < first && !names) throw new Error(`${part} ends before it begins.`)
    const end = last < first ? last + most - least + 1 : last
    for (let value = first; value <= end; value += by)
      found.push(value > most ? value - (most - least + 1) : value)
  }
  return new Set(found.sort((a, b) => a - b))
}

function valueOf(text: string, least: number, most: number, names?: string[]): number {
  const named = names?.indexOf(text.toUpperCase()) ?? -1
  return named >= 0 ? named + 1 : inRange(/^\d+$/.test(text) ? Number(text) : NaN, least, most)
}

function inRange(value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw new Error(`A value must be from ${least} to ${most}.`)
  return value
}
