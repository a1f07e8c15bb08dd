import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { absencesQuery, type Absence } from '../../api/absence.ts'
import { Refused } from '../../api/client.ts'
import { peopleQuery } from '../../api/me.ts'
import { useNow } from '../../clock.ts'
import { Away } from '../../part/away/away.tsx'
import { prefer } from '../../preference.ts'
import { usePreferences, useSession, useWords } from '../../session.tsx'
import { Failed } from '../../shell/failed.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Tag } from '../../ui/chip.tsx'
import { Avatar } from '../../ui/person.tsx'
import { fullText, momentText } from '../../words/format.ts'
import { languages, ownName } from '../../words/language.ts'
import { cityOf, otherZone } from '../../words/zone.ts'
import { screen } from './screen.ts'
import { words } from './words.ts'
import './settings.css'

/** What somebody chooses for himself, when he is away, and who he is. */
export function Settings() {
  const { language } = useSession()
  return (
    <div className="settings">
      <header className="bar">
        <h1>{screen.title[language]}</h1>
      </header>
      <div className="settings-parts">
        <Shown />
        <Absences />
        <Who />
      </div>
    </div>
  )
}

function Shown() {
  const { language } = useSession()
  const say = useWords(words)
  const { theme, withoutLetters = false } = usePreferences()
  const other = otherZone(useNow())
  return (
    <section aria-labelledby="settings-shown">
      <h2 id="settings-shown">{say.shown}</h2>
      <div className="setting">
        <span>{say.language}</span>
        <Choice
          label={say.language}
          value={language}
          of={languages.map((each) => ({ value: each, label: ownName[each] }))}
          onChoose={(value) => prefer({ language: value })}
        />
      </div>
      <div className="setting">
        <span>{say.theme}</span>
        <Choice
          label={say.theme}
          value={theme ?? 'system'}
          of={(['system', 'light', 'dark'] as const).map((each) => ({
            value: each,
            label: say.themes[each],
          }))}
          onChoose={(value) => prefer({ theme: value === 'system' ? undefined : value })}
        />
      </div>
      {other && (
        <div className="setting">
          <span>
            {say.times}
            <span className="soft setting-hint">{say.timesHint(cityOf(other.browser))}</span>
          </span>
          <span>{cityOf(other.shown)}</span>
        </div>
      )}
      <label className="setting">
        <span>
          {say.keys}
          <span className="soft setting-hint">{say.keysHint}</span>
        </span>
        <input
          type="checkbox"
          checked={!withoutLetters}
          onChange={({ target }) => prefer({ withoutLetters: !target.checked })}
        />
      </label>
      <p className="soft">{say.here}</p>
    </section>
  )
}

function Absences() {
  const { api, me, words: shared } = useSession()
  const say = useWords(words)
  const [isPlanning, setPlanning] = useState(false)
  const { data, error, refetch } = useQuery(absencesQuery(api, me.person.id))
  return (
    <section aria-labelledby="settings-away">
      <h2 id="settings-away">{say.absences}</h2>
      {error && <Failed error={error} reset={() => void refetch()} />}
      {!error && !data && <p className="soft">{shared.say.loading}</p>}
      {data?.length === 0 && <p className="soft">{say.noAbsence}</p>}
      <ul>
        {data?.map((each) => (
          <li key={each.id} className="setting">
            <OneAbsence absence={each} />
          </li>
        ))}
      </ul>
      <div>
        <Button icon="plus" onClick={() => setPlanning(true)}>
          {say.plan}
        </Button>
      </div>
      {isPlanning && <Away onClose={() => setPlanning(false)} />}
    </section>
  )
}

function OneAbsence({ absence }: { absence: Absence }) {
  const { api, me, language, words: shared, say: tell } = useSession()
  const say = useWords(words)
  const queries = useQueryClient()
  const now = useNow()
  const [isBusy, setBusy] = useState(false)
  const [from, until] = [absence.from, absence.until].map((each) => Date.parse(each)) as [number, number]

  async function takeBack(): Promise<void> {
    setBusy(true)
    try {
      await api.send('DELETE', `/people/${me.person.id}/absences/${absence.id}`)
      tell({ text: say.takenBack, lasts: 6_000 })
    } catch (error) {
      tell({ text: error instanceof Refused ? error.message : shared.say.failed })
    } finally {
      await queries.invalidateQueries({ queryKey: ['absences'] })
      setBusy(false)
    }
  }

  return (
    <>
      <span>
        <span title={`${fullText(language, from)} – ${fullText(language, until)}`}>
          {say.span(momentText(language, from, now), momentText(language, until, now))}
        </span>{' '}
        {from <= now && until > now && <Tag>{say.absent}</Tag>}
        {absence.reason !== undefined && <span className="soft setting-hint">{absence.reason}</span>}
      </span>
      <Button small disabled={isBusy} onClick={() => void takeBack()}>
        {say.takeBack}
      </Button>
    </>
  )
}

function Who() {
  const { api, me, signIn, config, words: shared } = useSession()
  const say = useWords(words)
  const { data } = useQuery(peopleQuery(api))
  const teams = me.teams.map((id) => data?.teams.find((each) => each.id === id)?.title ?? id)
  const roles = me.roles.map((role) => (typeof role === 'string' ? role : role.title))
  return (
    <section aria-labelledby="settings-who">
      <h2 id="settings-who">{say.who}</h2>
      <p className="settings-me">
        <Avatar name={me.person.name} size={40} />
        <b>{me.person.name}</b>
      </p>
      <Facts
        of={[
          { label: say.roles, value: roles.length ? roles.join(', ') : say.noRole },
          { label: say.teams, value: teams.length ? teams.join(', ') : say.noTeam },
          { label: say.company, value: config.company },
        ]}
      />
      <div>
        <Button icon="out" onClick={() => void signIn.end()}>
          {shared.say.signOut}
        </Button>
      </div>
    </section>
  )
}
