import { changeKind, type ChangeEntry } from '../kind/system/change.ts'
import { decisionKind, type DecisionEntry } from '../kind/system/decision.ts'
import { journalOf } from '../kind/system/journal.ts'
import { causeOfSegment, runIdOf, segmentKind, type Segment } from '../kind/system/segment.ts'
import { fromItem, type Item, type Press } from '../record/item.ts'

/* What was decided about a record, as its file keeps it, the newest first. */

/** By a segment of a workflow, or by the watchdog. */
export interface Decided {
  id: string
  at: string
  segment?: Segment
  entries: readonly DecisionEntry[]
}

/** All that is read of a file to say why. */
export interface Past {
  decided: Decided[]
  /** by people and programs, the newest ones */
  changes: ChangeEntry[]
  /** the run that looks after the record, as its newest segment leaves it */
  run: Segment | undefined
}

/** @param items segments, decisions of the watchdog and the newest changes, in any order */
export function pastOf(items: readonly Item[], runId: string | undefined, press: Press): Past {
  const segments = items
    .filter(({ kind }) => kind === segmentKind.kind)
    .map((item) => fromItem(segmentKind, item))
  const decisions = items
    .filter(({ kind }) => kind === decisionKind.kind)
    .map((item): Decided => {
      const { id, at, entries } = fromItem(decisionKind, item)
      return { id, at, entries }
    })
  const changes = items
    .filter(({ kind }) => kind === changeKind.kind)
    .map((item) => fromItem(changeKind, item))
    .toSorted((one, other) => other.to - one.to)
  const ofSegments = segments.map((segment): Decided => ({
    id: causeOfSegment(segment),
    at: segment.at,
    segment,
    entries: journalOf(segment, press).entries,
  }))
  return {
    decided: [...ofSegments, ...decisions].toSorted(newestFirst),
    changes,
    run: segments
      .filter((segment) => runIdOf(segment) === runId)
      .reduce<Segment | undefined>(
        (newest, each) => (newest && newest.segment > each.segment ? newest : each),
        undefined,
      ),
  }
}

const newestFirst = (one: Decided, other: Decided): number =>
  Number(one.at < other.at) - Number(one.at > other.at) ||
  (other.segment?.segment ?? 0) - (one.segment?.segment ?? 0)

/** An entry of a decision, with the decision. */
export interface Found {
  decided: Decided
  record: DecisionEntry['record']
}

/** Entries of one sort that segments have left and that are asked for, the newest first. */
export const entriesOf = (
  decided: readonly Decided[],
  what: DecisionEntry['what'],
  is: (record: DecisionEntry['record']) => boolean = () => true,
): Found[] =>
  decided.flatMap((each) =>
    each.entries
      .toReversed()
      .filter((entry) => entry.what === what && is(entry.record))
      .map(({ record }) => ({ decided: each, record })),
  )

/** What segments have decided: what a merge or the watchdog tells beside it has set nothing. */
export const bySegments = (decided: readonly Decided[]): Decided[] =>
  decided.filter(({ segment }) => segment !== undefined)
