import { undoTime, type Entry, type Pending } from '../../outbox.ts'
import { useSession } from '../../session.tsx'
import { useGo } from '../../ui/link.tsx'
import { draftOf, drafts, ownOf } from '../answer/draft.ts'

/**
 * What somebody does waits some seconds, in which he can take it back: a notice says what it was and of whom. Taking it back leads to where
 * he did it, with what he had typed.
 */
export function useWrite(): {
  /** @param isAtOnce what others must know before they do the same: it is not held, and not taken back */
  write: (entry: Entry, isAtOnce?: boolean) => void
  takeBack: (entry: Pending) => void
} {
  const { outbox, say, me, words } = useSession()
  const { undo, outbox: text } = words.say
  const go = useGo()

  function takeBack(entry: Pending): void {
    const isBack = outbox.takeBack(entry.key)
    if (isBack) {
      const draft = draftOf(entry)
      if (draft) drafts.set(ownOf(me.person.id, entry.about), draft)
      const { to, search } = entry.at
      // What is open there beside it stays open.
      if (search || !location.pathname.endsWith(to)) go(to, search)
    }
    say({ text: (isBack ? text.taken : text.tooLate)(entry.said), lasts: 4_000 })
  }

  function write(entry: Entry, isAtOnce = false): void {
    const made = outbox.add(entry, isAtOnce ? 0 : undoTime)
    if (isAtOnce) say({ text: made.said, lasts: 4_000 })
    else say({ text: made.said, lasts: undoTime, action: { label: undo, act: () => takeBack(made) } })
  }

  return { write, takeBack }
}
