import { absenceEntity, absencePartition, rotationEntity, rotationPartition } from '../model/availability.ts'
import { toInstant } from '../model/base.ts'
import { fromItem, type Item } from '../model/entity.ts'
import { Fault } from '../model/fault.ts'
import { leadEntity, leadKey } from '../model/lead.ts'
import { runEntity, runKey } from '../model/run.ts'
import type { Store } from '../store/store.ts'
import { decideSegment } from './decide.ts'
import type { SegmentState } from './draft.ts'
import type { Rules } from './rules.ts'
import type { SegmentCall, SegmentResult } from './step.ts'

/** Assignments that meet on one person decide again; more than a handful at once is a store in trouble. */
const attempts = 12

/**
 * Performs a segment: reads, decides, writes, until what was read is still true when it is written.
 * Throws Fault `record.changed` when others were always faster, and what `decideSegment` throws.
 */
export async function advance(
  store: Store,
  rules: Rules,
  call: SegmentCall,
  now: () => number,
): Promise<SegmentResult> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const at = now()
    let state = await readState(store, call, at)
    let decision = await decideSegment(call, state, rules, at)
    while (decision.needs !== undefined) {
      const team = decision.needs
      const marks = await readAll(store, rotationPartition(call.event.tenant, team))
      const rotation = marks.map((item) => fromItem(rotationEntity, item))
      state = { ...state, rotations: { ...state.rotations, [team]: rotation } }
      decision = await decideSegment(call, state, rules, at)
    }
    if ((await store.write(decision.writes)).stored) return decision.next
  }
  throw new Fault('record.changed', 'the lead or the rotation kept changing while it was worked on')
}

async function readState(store: Store, call: SegmentCall, now: number): Promise<SegmentState> {
  const { tenant, id, eventId } = call.event
  const [[lead, run], absences] = await Promise.all([
    store.getAll([leadKey(tenant, id), runKey(tenant, id, call.workflow, eventId)]),
    readAll(store, absencePartition(tenant), toInstant(now)),
  ])
  return {
    lead: lead && fromItem(leadEntity, lead),
    run: run && fromItem(runEntity, run),
    absences: absences.map((item) => fromItem(absenceEntity, item)),
    rotations: {},
  }
}

async function readAll(store: Store, pk: string, from?: string): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await store.query(pk, { ...(from && { from }), ...(after && { after }) })
    items.push(...page.items)
    after = page.next
  } while (after)
  return items
}
