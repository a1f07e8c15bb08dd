import { handedOver, type HandOverContext } from '../assign/hand-over.ts'
import { activityKind, type Activity } from '../kind/customer/activity.ts'
import { leadKind, type Lead } from '../kind/sales/lead.ts'
import { toldOfGiving } from '../message/given.ts'
import { writeOf } from '../record/change.ts'
import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { subjectOf } from '../record/kind.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import type { Write } from '../store/store.ts'

/** @param id of the activity by which the lead's history tells of it */
export interface Giving {
  lead: Lead
  input: unknown
  id: string
}

/**
 * A lead in the hands of somebody else, or of a queue. It is the same hand-over as of any work: what is due stays due, what is late is due
 * anew, and the run that waited with whoever had it is over. Whoever gets it is told. Nothing is written where it is there already.
 * Throws Fault as `handedOver`.
 */
export function giveLead(
  { lead, input, id }: Giving,
  context: HandOverContext,
): { writes: Write[]; lead: Lead } {
  const kind = leadKind as unknown as WorkKind
  const before = lead as unknown as WorkRecord
  const given = handedOver(kind, before, { name: 'give', input }, context)
  if (given === before) return { writes: [], lead }
  const after = given as unknown as Lead
  const activity: Activity = {
    tenant: lead.tenant,
    version: 1,
    subject: subjectOf(leadKind, lead),
    id,
    at: toInstant(context.now),
    what: 'give',
    by: context.caller,
    to: after.ownerId ?? after.queueId ?? '',
  }
  return {
    writes: [
      writeOf(leadKind, { before: lead, after }),
      { do: 'create', item: toItem(activityKind, activity) },
      ...toldOfGiving(kind, before, given),
    ],
    lead: after,
  }
}
