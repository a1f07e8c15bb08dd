import type { Lead } from '../../api/lead.ts'
import type { Entry } from '../../outbox.ts'
import { useWrite } from '../../part/outbox/write.ts'
import { useSession, useWords } from '../../session.tsx'
import type { MenuEntry } from '../../ui/menu.tsx'
import { words } from './words.ts'

/** With whom it is, as it was seen. */
export const holderOf = ({ version, ownerId, queueId }: Lead): NonNullable<Entry['seen']> => ({
  version,
  fields: { ownerId: ownerId ?? null, queueId: queueId ?? null },
})

export type Dialogue = 'give' | 'convert'

/**
 * What can be done with a lead beside telling of a contact. What cannot be done now says why.
 * @param onGone it is closed: where to go on
 */
export function useActs(
  { lead, called }: { lead: Lead; called: string },
  { open, onGone }: { open: (which: Dialogue) => void; onGone: () => void },
): { take: () => void; entries: readonly MenuEntry[] } {
  const { me } = useSession()
  const { write } = useWrite()
  const { acts, not, did } = useWords(words)
  const url = `/leads/${lead.id}`

  function tell(what: 'take' | 'close' | 'reopen', outcome?: string): void {
    write(
      {
        path: `${url}/activities`,
        body: { what, ...(outcome && { outcome }) },
        what,
        about: url,
        said: did[what](called),
        at: { to: url },
        isDealt: what === 'close',
        // Whoever takes it takes it from whom he has seen it with.
        ...(what === 'take' && { seen: holderOf(lead) }),
      },
      // Two people would call the same customer meanwhile.
      what === 'take',
    )
    if (what === 'close') onGone()
  }

  const isOpen = lead.status === 'open'
  const closed = isOpen ? undefined : not.closed
  const isMine = lead.ownerId === me.person.id
  const take = () => tell('take')
  return {
    take,
    entries: [
      { name: acts.take, icon: 'people', why: closed ?? (isMine ? not.mine : undefined), run: take },
      { name: acts.give, icon: 'right', why: closed, run: () => open('give') },
      {
        name: acts.convert,
        icon: 'customer',
        why: lead.customerId === undefined ? closed : not.converted,
        run: () => open('convert'),
      },
      { name: acts.win, icon: 'check', why: closed, run: () => tell('close', 'won') },
      { name: acts.lose, icon: 'cross', why: closed, run: () => tell('close', 'lost') },
      { name: acts.reopen, icon: 'route', why: isOpen ? not.open : undefined, run: () => tell('reopen') },
    ],
  }
}
