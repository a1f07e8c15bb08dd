import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Refused, Unreachable, whyRefused } from '../../api/client.ts'
import type { Absence } from '../../api/absence.ts'
import { workQuery } from '../../api/work.ts'
import { now as nowThere, useNow } from '../../clock.ts'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { momentText } from '../../words/format.ts'
import { localText, momentOf } from '../../words/zone.ts'
import { ZoneNote } from '../zone-note.tsx'
import { usualEnds } from './until.ts'
import { words } from './words.ts'
import './away.css'

/**
 * Plans an absence of whoever is signed in, and says before what becomes of his work.
 * @param of one that is planned already: the new one takes its place
 */
export function Away({ of, onClose }: { of?: Absence; onClose: () => void }) {
  const { api, me, words: shared, say: tell, language } = useSession()
  const say = useWords(words)
  const queries = useQueryClient()
  const now = useNow()
  const { data } = useQuery(workQuery(api))
  const open = data?.work.length
  const [key] = useState(() => crypto.randomUUID())
  const [from, setFrom] = useState(() => (of ? localText(Date.parse(of.from)) : ''))
  const [until, setUntil] = useState(() => (of ? localText(Date.parse(of.until)) : ''))
  const [isLong, setLong] = useState(false)
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function plan(form: FormData): Promise<void> {
    // Not the time that is shown, which is of some seconds ago.
    const begin = from === '' ? nowThere() : momentOf(from)
    const end = until === '' ? NaN : momentOf(until)
    // Not "greater": of what is no date every comparison is false.
    if (!(end > begin && end > now)) return setFault(say.order)
    setBusy(true)
    const reason = form.get('reason')
    const body = {
      from: new Date(begin).toISOString(),
      until: new Date(end).toISOString(),
      ...(typeof reason === 'string' && reason.trim() !== '' && { reason: reason.trim() }),
      ...(isLong && { confirm: true }),
    }
    try {
      await api.send<Absence>('POST', `/people/${me.person.id}/absences`, body, { key })
      // Only then: he is never planned as present in between.
      if (of) await api.send('DELETE', `/people/${me.person.id}/absences/${of.id}`)
      await queries.invalidateQueries({ queryKey: ['absences'] })
      tell({ text: say.planned(momentText(language, end, now)), lasts: 6_000 })
      onClose()
    } catch (error) {
      if (error instanceof Unreachable) setFault(say.offline)
      else if (error instanceof Refused) setFault(whyRefused(error))
      else setFault(shared.say.failed)
      setBusy(false)
    }
  }

  const isVeryLong = until !== '' && momentOf(until) - now > 2 * 365 * 86_400_000
  return (
    <Dialog title={say.title} close={shared.say.close} onClose={onClose}>
      <form
        className="away"
        onSubmit={(event) => {
          event.preventDefault()
          void plan(new FormData(event.currentTarget))
        }}
      >
        <label>
          <span>
            {say.until} <ZoneNote />
          </span>
          <input
            className="field"
            type="datetime-local"
            data-first
            required
            value={until}
            onChange={({ target }) => setUntil(target.value)}
          />
        </label>
        <div className="away-ends">
          {usualEnds(now).map(({ name, at }) => (
            <Button small key={name} onClick={() => setUntil(localText(at))}>
              {say[name]}
            </Button>
          ))}
        </div>
        <label>
          <span>
            {say.from} <ZoneNote /> {from === '' && <span className="soft">{say.now}</span>}
          </span>
          <input
            className="field"
            type="datetime-local"
            value={from}
            onChange={({ target }) => setFrom(target.value)}
          />
        </label>
        <label>
          {say.reason}
          <input
            className="field"
            name="reason"
            defaultValue={of?.reason}
            maxLength={200}
            autoComplete="off"
          />
        </label>
        {isVeryLong && (
          <label className="check">
            <input type="checkbox" checked={isLong} onChange={({ target }) => setLong(target.checked)} />{' '}
            {say.long}
          </label>
        )}
        <p className="away-what">
          {say.what} {open !== undefined && (open === 0 ? say.nothingStays : say.stays(open))}
        </p>
        {fault !== undefined && <p role="alert">{fault}</p>}
        <div>
          <Button type="submit" weight="primary" disabled={isBusy}>
            {say.plan}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
