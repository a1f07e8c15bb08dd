import { useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { inTimeQuery } from '../../api/in-time.ts'
import { workQuery, type WorkEntry } from '../../api/work.ts'
import { placeOf } from '../../api/kinds.ts'
import { useNow } from '../../clock.ts'
import { useCommands } from '../../commands.ts'
import { useKeys } from '../../keys.ts'
import { useOutbox } from '../../outbox.ts'
import { Away } from '../../part/away/away.tsx'
import { OwnAbsence } from '../../part/away/own.tsx'
import { words as awayWords } from '../../part/away/words.ts'
import { useCalm } from '../../part/calm.ts'
import { Due } from '../../part/due.tsx'
import { dealtWith } from '../../part/outbox/dealt.ts'
import { Held } from '../../part/outbox/held.tsx'
import { NewLead } from '../../part/new-lead/new-lead.tsx'
import { amountOf, companyOf, fieldText } from '../../part/work-entry.ts'
import { useSession, useWords } from '../../session.tsx'
import { Failed } from '../../shell/failed.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Empty, Waiting } from '../../ui/empty.tsx'
import { Link, useAddress, useGo } from '../../ui/link.tsx'
import { Phone } from '../../ui/phone.tsx'
import { More } from '../../ui/more.tsx'
import { Avatar } from '../../ui/person.tsx'
import { moneyText } from '../../words/format.ts'
import { kindTitle, valueTitle } from '../../words/name.ts'
import { grouped } from './group.ts'
import { Panel } from './panel.tsx'
import { screen } from './screen.ts'
import { words } from './words.ts'
import './my-work.css'

/** What is due for whoever is signed in, overdue first, and beside it the means to deal with it. */
export function MyWork() {
  const session = useSession()
  const { api, words: shared, outbox } = session
  const say = useWords(words)
  const go = useGo()
  const now = useNow()
  const { kind, sel } = useAddress()
  const [isNew, setNew] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  const away = useWords(awayWords)
  const mayPost = session.me.can.includes('post-leads')
  const { data, error, refetch } = useQuery(workQuery(api))
  const pending = useOutbox(outbox)
  const done = useMemo(() => dealtWith(pending), [pending])
  const { shown, fresh, letIn } = useCalm(data?.work, done)
  const kinds = [...new Set(shown.map((each) => each.kind))].toSorted()
  const listed = shown.filter((each) => kind === undefined || each.kind === kind)
  // What was recorded and can be taken back is not nothing.
  const isAll = done.size === 0
  const nothing =
    kind === undefined ? say[isAll ? 'nothing' : 'nothingElse'] : say[isAll ? 'filtered' : 'filteredElse']
  const groups = grouped(listed, now)
  const inOrder = groups.flatMap(({ entries }) => entries)
  const at = inOrder.findIndex(({ id }) => id === sel)
  const chosen = inOrder[at] ?? inOrder[0]
  const choose = (id: string | undefined) => go(undefined, { kind, sel: id }, true)
  const move = (by: number) =>
    choose(inOrder[Math.max(0, Math.min(inOrder.length - 1, Math.max(at, 0) + by))]?.id)
  const press = (act: string) => () =>
    document.querySelector<HTMLElement>(`.panel [data-act=${act}]`)?.click()
  useKeys(
    {
      KeyJ: () => move(1),
      KeyK: () => move(-1),
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => chosen && go(placeOf(chosen.id)),
      ...(mayPost && { KeyN: () => setNew(true) }),
      KeyC: press('call'),
      KeyW: press('write'),
      KeyE: () => document.querySelector<HTMLElement>('.panel textarea')?.focus(),
    },
    'work',
    {
      KeyJ: say.moves.down,
      KeyK: say.moves.up,
      Enter: say.moves.open,
      KeyC: say.moves.call,
      KeyW: say.moves.write,
      KeyE: say.moves.note,
      KeyN: say.newLead,
    },
  )
  useCommands(() => [
    ...(mayPost ? [{ name: say.newLead, icon: 'plus' as const, run: () => setNew(true), keys: 'N' }] : []),
    { name: away.title, icon: 'pause', run: () => setLeaving(true) },
  ])

  return (
    <div className="work">
      <header className="bar">
        <h1>{screen.title[session.language]}</h1>
        {kinds.length > 1 && (
          <Choice
            label={say.all}
            value={kind ?? ''}
            of={[
              { value: '', label: say.all },
              ...kinds.map((each) => ({ value: each, label: kindTitle(shared, each) })),
            ]}
            onChoose={(value) => go(undefined, { kind: value || undefined }, true)}
          />
        )}
        <div className="end">
          <InTimeToday />
          {fresh > 0 && (
            <Button small weight="likely" onClick={letIn}>
              {shared.say.fresh(fresh)}
            </Button>
          )}
          {/* On a phone what is done often is seen by name, the rest stands behind it. */}
          <span className={mayPost ? 'wide-only' : undefined}>
            <Button icon="pause" onClick={() => setLeaving(true)}>
              {away.button}
            </Button>
          </span>
          {mayPost && (
            <>
              <Button icon="plus" onClick={() => setNew(true)}>
                {say.newLead}
              </Button>
              <span className="narrow-only">
                <More
                  label={shared.say.more}
                  entries={[{ name: away.title, icon: 'pause', run: () => setLeaving(true) }]}
                />
              </span>
            </>
          )}
        </div>
        {isLeaving && <Away onClose={() => setLeaving(false)} />}
        {isNew && <NewLead onClose={() => setNew(false)} />}
      </header>
      <OwnAbsence />
      <div className="work-both">
        <div className="work-list">
          {error && !data && <Failed error={error} reset={() => void refetch()} />}
          {!error && !data && <Waiting label={shared.say.loading} />}
          {data && listed.length === 0 && (
            <Empty
              action={
                kind !== undefined && <Button onClick={() => go(undefined, {}, true)}>{say.clear}</Button>
              }
            >
              {nothing}
            </Empty>
          )}
          {groups.map(({ group, entries }) => (
            <section key={group} aria-label={say.groups[group]}>
              <h2 className={group === 'overdue' ? 'late' : 'soft'}>
                {say.groups[group]} <span className="number">{entries.length}</span>
              </h2>
              <ul>
                {entries.map((entry) => (
                  <li key={entry.id}>
                    <Row entry={entry} isChosen={entry.id === chosen?.id} onChoose={() => choose(entry.id)} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
          <Held entries={pending} />
          <footer className="work-keys soft">
            <kbd>J</kbd> <kbd>K</kbd> {say.moves.move} <kbd>C</kbd> {say.moves.call} <kbd>W</kbd>{' '}
            {say.moves.write} <kbd>Enter</kbd> {say.moves.open}
          </footer>
        </div>
        <aside className="panel">
          {chosen ? (
            <Panel
              key={chosen.id}
              entry={chosen}
              at={{ to: '/work', search: { kind, sel: chosen.id } }}
              onRecorded={() => choose(inOrder[inOrder.indexOf(chosen) + 1]?.id)}
            />
          ) : (
            listed.length > 0 && <Empty>{say.intoOther}</Empty>
          )}
        </aside>
      </div>
    </div>
  )
}

function Row({ entry, isChosen, onChoose }: { entry: WorkEntry; isChosen: boolean; onChoose: () => void }) {
  const { words: shared, language } = useSession()
  const company = companyOf(entry)
  const amount = amountOf(entry)
  const channel = fieldText(entry.line, 'channel')
  const status = fieldText(entry.line, 'status')
  const place = placeOf(entry.id) ?? '/work'
  return (
    <Link
      className="work-row"
      to={place}
      aria-current={isChosen || undefined}
      onClick={(event) => {
        // On a wide window a click chooses; the panel leads on.
        if (!matchMedia('(min-width: 1101px)').matches || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        onChoose()
      }}
    >
      <span className="work-due">
        <Due at={entry.lateSince ?? entry.due} />
      </span>
      <Avatar name={entry.called} />
      <span className="work-who">
        <b>
          <Phone of={entry.called} />
        </b>{' '}
        {company !== undefined && <span className="soft">{company}</span>}
      </span>
      <span className="work-what soft">
        {[
          shared.say.next[entry.next] ?? entry.next,
          channel !== undefined && valueTitle(shared, entry.kind, channel).toLowerCase(),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span className="work-status soft">
        {status !== undefined && valueTitle(shared, entry.kind, status)}
      </span>
      <span className="work-value number">{amount && moneyText(language, amount)}</span>
    </Link>
  )
}

/** Nothing as long as nothing was promised for today. */
function InTimeToday() {
  const { api, me } = useSession()
  const say = useWords(words)
  const now = useNow()
  const { data } = useQuery({
    ...inTimeQuery(api, me.person.id, now),
    enabled: me.may.lead?.read !== undefined,
  })
  if (!data || data.of === 0) return null
  const { inTime, of } = data
  return (
    <span className="in-time soft">
      <span>{say.inTime(inTime, of)}</span>
      <progress value={inTime} max={of} aria-hidden="true" />
    </span>
  )
}
