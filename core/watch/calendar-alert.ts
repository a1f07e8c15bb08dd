import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { alertKind, newAlert } from '../kind/system/alert.ts'
import type { Company } from '../company/company.ts'
import type { Store } from '../store/store.ts'
import { calendarEndText, endingCalendars } from '../company/calendar-end.ts'

/** Raises an alert for each calendar whose holidays end, once for each year that is missing. Returns how many. */
export async function warnOfCalendars(
  store: Store,
  company: Company,
  tenant: string,
  now: number,
): Promise<number> {
  let raised = 0
  for (const end of endingCalendars(company, now)) {
    const item = toItem(
      alertKind,
      newAlert({
        tenant,
        cause: `calendar-ends.${end.calendar}.${end.year}`,
        at: toInstant(now),
        what: 'calendar-ends',
        text: `In company/calendars.yaml ${calendarEndText(end)} and deploy.`,
      }),
    )
    // Read first: a refused write costs as much as one that is done, every five minutes.
    if (await store.get(item)) continue
    if ((await store.write([{ do: 'create', item }])).stored) raised++
  }
  return raised
}
