/** Usual ends of an absence, in the reader's own days. */
export function usualEnds(now: number): { name: 'today' | 'tomorrow' | 'week'; at: number }[] {
  const day = (days: number, hour: number, minute = 0): number => {
    const at = new Date(now)
    at.setDate(at.getDate() + days)
    return at.setHours(hour, minute, 0, 0)
  }
  // On a Monday it is the next one.
  const untilMonday = (8 - new Date(now).getDay()) % 7 || 7
  return [
    { name: 'today', at: day(0, 23, 59) },
    { name: 'tomorrow', at: day(1, 9) },
    { name: 'week', at: day(untilMonday, 9) },
  ]
}
