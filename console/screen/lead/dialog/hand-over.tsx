import { useId, useState } from 'react'
import type { Lead } from '../../../api/lead.ts'
import { useNames } from '../../../part/people.ts'
import { useSession, useWords } from '../../../session.tsx'
import { useNow } from '../../../clock.ts'
import { momentText } from '../../../words/format.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Avatar } from '../../../ui/person.tsx'
import { words as whyWords } from '../../../part/why/words.ts'
import { useWrite } from '../../../part/outbox/write.ts'
import { holderOf } from '../acts.ts'
import { words } from '../words.ts'
import './dialog.css'

/** To whom it goes: people of its team first, by name. */
export function HandOver(props: {
  lead: Lead
  called: string
  onClose: () => void
  /** it is with somebody else: where to go on */
  onGone: () => void
}) {
  const { lead, called, onClose, onGone } = props
  const { words: shared, language } = useSession()
  const { write } = useWrite()
  const { give, did } = useWords(words)
  const { awayUntil } = useWords(whyWords)
  const names = useNames()
  const now = useNow()
  const [asked, setAsked] = useState('')
  const list = useId()
  const isIn = (teams: readonly string[]) => Number(lead.teamId !== undefined && teams.includes(lead.teamId))
  const people = names.people
    .filter(({ name }) => name.toLocaleLowerCase().includes(asked.trim().toLocaleLowerCase()))
    .toSorted((a, b) => isIn(b.teams) - isIn(a.teams) || a.name.localeCompare(b.name))

  function hand(to: string): void {
    write({
      path: `/leads/${lead.id}/give`,
      body: { to },
      what: 'give',
      about: `/leads/${lead.id}`,
      said: did.give(called, names.person(to)),
      at: { to: `/leads/${lead.id}` },
      isDealt: true,
      seen: holderOf(lead),
    })
    onClose()
    onGone()
  }

  return (
    <Dialog title={give.title(called)} close={shared.say.close} onClose={onClose}>
      <input
        className="field"
        type="search"
        autoFocus
        aria-label={give.search}
        aria-controls={list}
        placeholder={give.search}
        value={asked}
        onChange={({ target }) => setAsked(target.value)}
      />
      <ul className="pick" id={list}>
        {people.map(({ id, name, teams, absentUntil }) => (
          <li key={id}>
            <button type="button" disabled={id === lead.ownerId} onClick={() => hand(id)}>
              <Avatar name={name} />
              <span>
                {name}
                <small className="soft">
                  {[
                    id === lead.ownerId && give.has,
                    absentUntil !== undefined &&
                      awayUntil(momentText(language, Date.parse(absentUntil), now)),
                    teams.map(names.team).join(', '),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              </span>
            </button>
          </li>
        ))}
        {people.length === 0 && <li className="soft">{give.nobody}</li>}
      </ul>
      <p className="soft">{give.told}</p>
    </Dialog>
  )
}
