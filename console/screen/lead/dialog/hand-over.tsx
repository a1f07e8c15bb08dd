import { useId, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { askAnew } from '../../../api/anew.ts'
import { Refused } from '../../../api/client.ts'
import type { Lead } from '../../../api/lead.ts'
import { useNames } from '../../../part/people.ts'
import { useSession, useWords } from '../../../session.tsx'
import { useNow } from '../../../clock.ts'
import { momentText } from '../../../words/format.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Avatar } from '../../../ui/person.tsx'
import { words as whyWords } from '../../../part/why/words.ts'
import { words } from '../words.ts'
import './dialog.css'

/** To whom it goes: people of its team first, by name. */
export function HandOver({ lead, called, onClose }: { lead: Lead; called: string; onClose: () => void }) {
  const { api, say, words: shared, language } = useSession()
  const { give, did, changed } = useWords(words)
  const { awayUntil } = useWords(whyWords)
  const names = useNames()
  const now = useNow()
  const queries = useQueryClient()
  const [asked, setAsked] = useState('')
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const list = useId()
  const isIn = (teams: readonly string[]) => Number(lead.teamId !== undefined && teams.includes(lead.teamId))
  const people = names.people
    .filter(({ name }) => name.toLocaleLowerCase().includes(asked.trim().toLocaleLowerCase()))
    .toSorted((a, b) => isIn(b.teams) - isIn(a.teams) || a.name.localeCompare(b.name))

  async function hand(to: string): Promise<void> {
    setBusy(true)
    try {
      // Each person is another content, and a key belongs to its content.
      await api.send(
        'POST',
        `/leads/${lead.id}/give`,
        { to },
        { key: `${key}.${to}.${lead.version}`, ifMatch: `"${lead.version}"` },
      )
      say({ text: did.give(called, names.person(to)) })
      onClose()
    } catch (error) {
      setFault(faultText(error, { changed, failed: shared.say.failed }))
    } finally {
      setBusy(false)
      void askAnew(queries)
    }
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
      {fault !== undefined && <p role="alert">{fault}</p>}
      <ul className="pick" id={list}>
        {people.map(({ id, name, teams, absentUntil }) => (
          <li key={id}>
            <button type="button" disabled={isBusy || id === lead.ownerId} onClick={() => void hand(id)}>
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

export function faultText(error: unknown, { changed, failed }: { changed: string; failed: string }): string {
  if (!(error instanceof Refused)) return failed
  if (error.status === 412) return changed
  return [error.message, ...error.errors.map(({ detail }) => detail)].join(' ')
}
