import { toItem } from '../record/item.ts'
import { refusalKind } from '../kind/customer/refusal.ts'
import { type Activity } from '../kind/customer/activity.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { subjectOf } from '../record/kind.ts'
import type { Write } from '../store/store.ts'

/**
 * What somebody tried on a lead that is not his, for its history; the lead itself stays as it is. Written once for each
 * person, act and day (UTC), so trying again fills nothing: the write is refused then, which is as good.
 */
export function recordRefusal(
  lead: Pick<Lead, 'tenant' | 'id'>,
  attempt: { by: string; what: Activity['what']; because: string; at: string },
): Write {
  const item = toItem(refusalKind, {
    tenant: lead.tenant,
    version: 1,
    subject: subjectOf(leadKind, lead),
    ...attempt,
  })
  return { do: 'create', item }
}
