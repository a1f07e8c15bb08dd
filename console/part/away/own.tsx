import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { absencesQuery, type Absence } from '../../api/absence.ts'
import { Refused, whyRefused } from '../../api/client.ts'
import { useNow } from '../../clock.ts'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { fullText, momentText } from '../../words/format.ts'
import { Away } from './away.tsx'
import { words } from './words.ts'
import './away.css'

/** An absence is told of from so many milliseconds before it begins. */
const ahead = 7 * 86_400_000

/** The reader's own absence, now or soon: whoever is away and forgot it gets no new work, and wonders. Nothing when there is none. */
export function OwnAbsence() {
  const { api, me } = useSession()
  const now = useNow()
  const { data } = useQuery(absencesQuery(api, me.person.id))
  const [next] = (data ?? [])
    .filter(({ from, until }) => Date.parse(from) < now + ahead && Date.parse(until) > now)
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))
  return next ? <Told absence={next} now={now} /> : null
}

function Told({ absence, now }: { absence: Absence; now: number }) {
  const { api, me, language, words: shared, say: tell } = useSession()
  const say = useWords(words)
  const queries = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const [isChanging, setChanging] = useState(false)
  const [from, until] = [absence.from, absence.until].map((each) => Date.parse(each)) as [number, number]
  const [begin, end] = [momentText(language, from, now), momentText(language, until, now)]
  const isNow = from <= now

  async function stop(): Promise<void> {
    setBusy(true)
    try {
      await api.send('DELETE', `/people/${me.person.id}/absences/${absence.id}`)
      tell({ text: isNow ? say.isBack : say.isCalledOff, lasts: 6_000 })
    } catch (error) {
      tell({ text: error instanceof Refused ? whyRefused(error) : shared.say.failed })
    } finally {
      await queries.invalidateQueries({ queryKey: ['absences'] })
      setBusy(false)
    }
  }

  return (
    <div className="own-absence">
      <Icon name="pause" size={16} />
      <span className="own-absence-when" title={`${fullText(language, from)} – ${fullText(language, until)}`}>
        {isNow ? say.awayUntil(end) : say.awayFrom(begin, end)}
      </span>
      <span className="own-absence-acts">
        <Button small disabled={isBusy} onClick={() => void stop()}>
          {isNow ? say.comeBack : say.callOff}
        </Button>
        <Button small onClick={() => setChanging(true)}>
          {say.change}
        </Button>
      </span>
      {isChanging && <Away of={absence} onClose={() => setChanging(false)} />}
    </div>
  )
}
