import { fromClaim, turnName, type Run } from '../kind/system/run.ts'
import { segmentKey, segmentKind } from '../kind/system/segment.ts'
import { fromItem, type Item } from '../record/item.ts'
import { recordKey } from '../record/key.ts'
import type { Kinds } from '../record/kind.ts'
import { isWorkKind, whyDone } from '../record/open-work.ts'
import type { Store } from '../store/store.ts'
import { newestOf } from '../store/run-read.ts'
import { returnTurn } from './take-turn.ts'
import type { TakenTurn, TurnBook } from './turn-book.ts'

/** Says what became of turns that this process holds, once the segment for which they were taken is done. */
export async function concludeTurns(
  store: Store,
  book: TurnBook,
  turns: readonly TakenTurn[],
  run: Pick<Run, 'turns'> | undefined,
): Promise<void> {
  for (const turn of turns)
    if (run?.turns?.includes(turnName(turn.team, turn.number))) book.settle(turn)
    else await returnTurn(store, turn)
}

/** A function ends after half a minute: whoever read the record before it was done has ended by then. */
const settledMilliseconds = 60_000

/** Looks up what became of turns of which nobody has said it for a while. */
export async function reviewTurns(store: Store, book: TurnBook, kinds: Kinds, now: number): Promise<void> {
  for (const turn of book.overdue(now)) {
    const { id, workflow, occurrence, segment } = fromClaim(turn.claim)
    const run = { tenant: turn.tenant, id, workflow, occurrence }
    const [done, record] = await store.getAll([segmentKey(run, segment), recordKey(turn.tenant, id)])
    // What is not done yet may still be, or done again by hand after days: then it is given this very turn.
    const isOver =
      done !== undefined ||
      (record !== undefined && isSettled(record, kinds, now)) ||
      (await newestOf(store, run))?.over !== undefined
    if (isOver) await concludeTurns(store, book, [turn], done && fromItem(segmentKind, done))
  }
}

/** No run has anything left to do with the record, and none is still at it. */
function isSettled(item: Item, kinds: Kinds, now: number): boolean {
  const kind = kinds.get(item.kind)
  if (!isWorkKind(kind)) return false
  const record = fromItem(kind, item)
  return whyDone(kind, record) !== undefined && now - Date.parse(record.updatedAt) >= settledMilliseconds
}
