import { timeOn } from '../../words/zone.ts'

const hour = 60 * 60_000

/** When a next step usually is, in the reader's own day. */
export function nextTimes(now: number): { name: 'inAnHour' | 'tomorrow' | 'inAWeek'; at: number }[] {
  const atTen = (days: number): number => timeOn(now, { days, hour: 10 })
  return [
    { name: 'inAnHour', at: Math.ceil((now + hour) / 300_000) * 300_000 },
    { name: 'tomorrow', at: atTen(1) },
    { name: 'inAWeek', at: atTen(7) },
  ]
}
