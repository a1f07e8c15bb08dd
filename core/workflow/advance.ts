import { recordKey } from '../record/key.ts'
import { concludeTurns, reviewTurns } from '../assign/conclude-turn.ts'
import { absencesFrom, readAbsences } from '../assign/roster.ts'
import { takeTurn, type Assignment } from '../assign/take-turn.ts'
import type { TakenTurn, TurnBook } from '../assign/turn-book.ts'
import { rosterKey } from '../kind/system/roster.ts'
import { fromItem, type Press } from '../record/item.ts'
import { Fault } from '../record/fault.ts'
import { toClaim, type Run } from '../kind/system/run.ts'
import { segmentKey, segmentKind } from '../kind/system/segment.ts'
import { recordOf, type Store } from '../store/store.ts'
import { readWhole } from '../record/elsewhere.ts'
import { workKind, type WorkKind, type WorkRecord } from '../record/open-work.ts'
import { mayAskAbout } from '../table/asked.ts'
import type { Kinds } from '../record/kind.ts'
import { derivedFactsAt } from '../project/derived.ts'
import { derivedKey } from '../kind/system/derived.ts'
import { decideSegment, refOf, type SegmentState } from './decide.ts'
import { newestOf } from '../store/run-read.ts'
import { needName, type TurnNeed } from './progress.ts'
import type { Rules } from './rules.ts'
import type { SegmentCall, SegmentResult } from './segment-call.ts'
import type { Verbs } from './verb.ts'

/**
 * People work on the record at the same time, and each change refuses what was decided before it. Pauses that double and
 * are random let them pass; beyond, the state machine tries again later.
 */
const attempts = 14

export interface AdvanceTools {
  /** the nouns and the verbs of workflows */
  kinds: Kinds
  verbs: Verbs
  /** milliseconds */
  now(): number
  /** what this process knows of turns */
  book: TurnBook
  press: Press
  /** Called before attempt 1, 2, … of the segment, or of taking a turn, to pause: others were faster. */
  again?(what: 'segment' | 'turn', attempt: number): Promise<unknown>
}

/**
 * Performs a segment: reads, takes the turns that it needs, decides, writes, until what was read is still true when it
 * is written. Throws Fault `record.changed` when others were always faster, and what `decideSegment` throws; turns
 * that it has taken by then wait for the next call of this segment.
 */
export async function advance(
  store: Store,
  rules: Rules,
  call: SegmentCall,
  tools: AdvanceTools,
): Promise<SegmentResult> {
  const kind = workKind(tools.kinds, call.event.kind)
  const means = { kind, verbs: tools.verbs, rules, press: tools.press }
  const assignments = new Map<string, Assignment>()
  const taken: TakenTurn[] = []
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt) await tools.again?.('segment', attempt)
    const now = tools.now()
    const state: SegmentState = {
      ...(await readState(store, means, call, { now, press: tools.press })),
      assignments,
    }
    let decision = await decideSegment(call, state, means, now)
    while (decision.needs !== undefined) {
      const { needs } = decision
      const assignment = await assign(store, tools, { call, state, needs, now })
      assignments.set(needName(needs), assignment)
      if (assignment.taken) taken.push(assignment.taken)
      decision = await decideSegment(call, state, means, now)
    }
    const { writes, run, next } = decision
    const { stored } = await store.write(writes)
    // Where nobody was found somebody may be by the next attempt.
    for (const [name, { chosen }] of assignments) if (!chosen) assignments.delete(name)
    if (!stored) continue
    // The segment is done. What is not said of its turns now is looked up by whoever sees their claims stand.
    await concludeTurns(store, tools.book, taken, run?.segment === call.segment ? run : undefined)
      .then(async () => reviewTurns(store, tools.book, tools.kinds, now))
      .catch(() => undefined)
    return next
  }
  throw new Fault('record.changed', `the ${kind.name} kept changing while it was worked on`)
}

interface Needy {
  call: SegmentCall
  state: SegmentState
  needs: TurnNeed
  now: number
}

async function assign(store: Store, tools: AdvanceTools, needy: Needy): Promise<Assignment> {
  const { call, state, needs, now } = needy
  const { event, segment, workflow } = call
  const { at, team, members, excluded } = needs
  return takeTurn(store, tools.book, {
    tenant: event.tenant,
    team,
    members,
    excluded,
    absences: state.absences,
    lookAgain: async () => readAbsences(store, { tenant: event.tenant, now }),
    again: async (attempt) => tools.again?.('turn', attempt),
    claim: toClaim({
      workflow,
      eventId: event.eventId,
      segment,
      at,
      except: excluded.map(({ person }) => person),
    }),
    seed: `${event.id} ${segment}`,
    now,
  })
}

/**
 * The record, who is away, and the run as its newest segment up to this one leaves it: this one, if it was done before, or
 * the one before it.
 */
async function readState(
  store: Store,
  { kind, rules }: { kind: WorkKind; rules: Rules },
  call: SegmentCall,
  { now, press }: { now: number; press: Press },
): Promise<Omit<SegmentState, 'assignments'>> {
  const { tenant, id } = call.event
  const run = refOf(call)
  const [record, roster, ...others] = await store.getAll([
    recordKey(tenant, id),
    rosterKey(tenant),
    // Also where the run nearly always begins: whatever is delivered twice shall change nothing, not even the rotation.
    segmentKey(run, call.segment),
    ...(call.segment ? [segmentKey(run, call.segment - 1)] : []),
    ...(kind.derived ? [derivedKey(tenant, id)] : []),
  ])
  const derived = kind.derived && others.pop()
  const newest = others.find((item) => item !== undefined)
  const found = recordOf(kind, record)
  const [whole] =
    found && mustBeWhole(found, kind, call, rules) ? await readWhole(store, kind, [found], press) : [found]
  return {
    record: whole,
    derived: derivedFactsAt(kind, derived, now),
    run: newest ? fromItem(segmentKind, newest) : await earlierOf(store, call),
    absences: await absencesFrom(roster, store, { tenant, now }),
    // One that is not there is made of the absences, as its first version.
    roster: roster?.version ?? 1,
  }
}

/** A run that was over before, or is another execution's, has neither this segment nor the one before it. */
const earlierOf = async (store: Store, call: SegmentCall): Promise<Run | undefined> =>
  call.segment ? newestOf(store, refOf(call)) : undefined

/** Whether a table of this segment may ask about a field that stands in another item: any other spares the read. */
function mustBeWhole(record: WorkRecord, kind: WorkKind, call: SegmentCall, rules: Rules): boolean {
  const fields = kind.elsewhere?.fields(record) ?? []
  return (
    fields.length > 0 &&
    call.steps.some(
      (step) =>
        'table' in step &&
        fields.some((field) =>
          mayAskAbout(rules.table(String(step.table)).definition, `${kind.name}.${field}`),
        ),
    )
  )
}
