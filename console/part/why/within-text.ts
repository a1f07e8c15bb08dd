import type { Words } from '../../words/dictionary.ts'

/** A length of time as operators write it (`2 hours 30 minutes`, `1 business day`), in the words of the reader. What has none stays as it is. */
export const withinText = (written: string, { span }: Words): string =>
  written.replaceAll(/(\d+)\s+(?:business\s+)?(minute|hour|day)s?\b/g, (_, count: string, unit: string) => {
    if (unit === 'minute') return span.minutes(Number(count))
    return unit === 'hour' ? span.hours(Number(count)) : span.days(Number(count))
  })
