import {
  absenceEntity,
  absencePartition,
  rotationEntity,
  rotationPartition,
  type Rotation,
} from '../model/availability.ts'
import { toInstant } from '../model/base.ts'
import { fromItem } from '../model/entity.ts'
import { Fault } from '../model/fault.ts'
import { leadEntity, leadKey } from '../model/lead.ts'
import { runEntity, runKey } from '../model/run.ts'
import { allOf, type Store, type Write } from '../store/store.ts'
import { decideSegment } from './decide.ts'
import type { SegmentState } from './draft.ts'
import type { Rules } from './rules.ts'
import type { SegmentCall, SegmentResult } from './step.ts'

/**
 * While one member of a team is due, all assignments of that moment choose him and one succeeds. Pauses that double and
 * are random let a crowd of any size pass with a few attempts each; beyond, the state machine tries again later.
 */
const attempts = 14

export interface AdvanceTools {
  /** milliseconds */
  now(): number
  /** A random pause before attempt 1, 2, …; none where nothing else runs at the same time. */
  pause?(attempt: number): Promise<unknown>
}

/**
 * Performs a segment: reads, decides, writes, until what was read is still true when it is written.
 * Throws Fault `record.changed` when others were always faster, and what `decideSegment` throws.
 */
export async function advance(
  store: Store,
  rules: Rules,
  call: SegmentCall,
  tools: AdvanceTools,
): Promise<SegmentResult> {
  let state: SegmentState | undefined
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt) await tools.pause?.(attempt)
    const now = tools.now()
    state ??= await readState(store, call, now)
    let decision = await decideSegment(call, state, rules, now)
    while (decision.needs !== undefined) {
      const rotation = await readRotation(store, call.event.tenant, decision.needs)
      state = { ...state, rotations: { ...state.rotations, [decision.needs]: rotation } }
      decision = await decideSegment(call, state, rules, now)
    }
    const { writes } = decision
    const result = await store.write(writes)
    if (result.stored) return decision.next
    // When only somebody's turn was in the way, the lead and the run are still as they were read.
    const inTheWay = result.refused.map((place) => kindOf(writes[place]))
    state = inTheWay.every((kind) => kind === rotationEntity.kind) ? { ...state, rotations: {} } : undefined
  }
  throw new Fault('record.changed', 'the lead or the rotation kept changing while it was worked on')
}

const kindOf = (write: Write | undefined): string | undefined =>
  write && 'item' in write ? write.item.kind : undefined

async function readRotation(store: Store, tenant: string, team: string): Promise<Rotation[]> {
  const items = await allOf(async (page) => store.query(rotationPartition(tenant, team), page))
  return items.map((item) => fromItem(rotationEntity, item))
}

async function readState(store: Store, call: SegmentCall, now: number): Promise<SegmentState> {
  const { tenant, id, eventId } = call.event
  const [[lead, run], absences] = await Promise.all([
    store.getAll([leadKey(tenant, id), runKey(tenant, id, call.workflow, eventId)]),
    allOf(async (page) => store.query(absencePartition(tenant), page), { from: toInstant(now) }),
  ])
  return {
    lead: lead && fromItem(leadEntity, lead),
    run: run && fromItem(runEntity, run),
    absences: absences.map((item) => fromItem(absenceEntity, item)),
    rotations: {},
  }
}
