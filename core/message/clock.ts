import { dayFormat, timeFormat } from '../words/format.ts'
import type { Language } from '../record/id.ts'

/** Times as their reader says them: the day only when it is not the day of the message. */
export function clockOf(
  language: Language,
  timeZone: string,
  written: string,
): (at: string | undefined) => string | undefined {
  const time = (at: string) => timeFormat(language, timeZone).format(Date.parse(at))
  const day = (at: string) => dayFormat(language, timeZone).format(Date.parse(at))
  const zone = city(timeZone)
  return (at) => {
    if (!at || Number.isNaN(Date.parse(at))) return undefined
    const same = day(at) === day(written)
    return `${same ? '' : `${day(at)}, `}${time(at)} (${zone})`
  }
}

/** `Berlin` of Europe/Berlin: shorter than a zone's name, and right in summer and winter. */
const city = (timeZone: string): string => timeZone.split('/').at(-1)!.replaceAll('_', ' ')
