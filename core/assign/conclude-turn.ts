import { fromItem } from '../record/item.ts'
import { fromClaim, runKind, runKey, turnName, type Run } from '../kind/system/run.ts'
import type { Store } from '../store/store.ts'
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

/** Looks up what became of turns of which nobody has said it for a while. */
export async function reviewTurns(store: Store, book: TurnBook, now: number): Promise<void> {
  const turns = book.overdue(now)
  if (!turns.length) return
  const claims = turns.map(({ claim }) => fromClaim(claim))
  const runs = await store.getAll(
    claims.map(({ leadId, workflow, eventId }, i) => runKey(turns[i]!.tenant, leadId, workflow, eventId)),
  )
  for (const [i, turn] of turns.entries()) {
    const run = runs[i] && fromItem(runKind, runs[i])
    // What is not done yet may still be, or done again by hand after days: then it is given this very turn.
    if (run && (run.status !== 'waiting' || run.segment >= claims[i]!.segment))
      await concludeTurns(store, book, [turn], run)
  }
}
