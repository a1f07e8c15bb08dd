import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import {
  whyQuery,
  type AssignDecision,
  type PromiseDecision,
  type ReasonFor,
  type TableDecision,
} from '../../api/why.ts'
import { useNow } from '../../clock.ts'
import { useSession, useWords } from '../../session.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Empty, Waiting } from '../../ui/empty.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Avatar } from '../../ui/person.tsx'
import { elsewhereText, fullText, momentText, timeText } from '../../words/format.ts'
import { useNames } from '../people.ts'
import { placesOf } from './promise-line.ts'
import { withinText } from './within-text.ts'
import { words, type Words } from './words.ts'
import './why.css'

/** The same beside a record, with what was asked above it. */
export function WhyPanel(props: Asked & { owner: string | undefined; onClose: () => void }) {
  const { reason, owner } = props
  const say = useWords(words)
  const title = reason === 'owner' ? say.title(owner ?? '…') : say.titleOf[reason]
  return (
    <aside className="why-panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <IconButton icon="cross" label={useSession().words.say.close} onClick={props.onClose} />
      </header>
      <Why {...props} />
    </aside>
  )
}

interface Asked {
  /** of the record in the API */
  url: string
  /** its part is marked */
  reason: ReasonFor
}

/** Why a record has the owner, team, priority and promise that it has: a paragraph, then what was asked in which order. */
export function Why({ url, reason }: Asked) {
  const { api, language, words: shared } = useSession()
  const say = useWords(words)
  const now = useNow()
  const { data, error, refetch } = useQuery(whyQuery(api, url, language))
  if (error && !data)
    return (
      <Empty action={<Button onClick={() => void refetch()}>{shared.say.again}</Button>}>{say.failed}</Empty>
    )
  if (!data) return <Waiting label={shared.say.loading} rows={4} />
  const setting = data[reason]
  const parts = data.decisions.map((decision, at) => ({ decision, isAsked: setting?.decision === at }))
  const last = setting ?? data.owner ?? data.team
  return (
    <div className="why">
      <p className="why-sentence">{data.sentence}</p>
      {setting?.by && setting.at !== undefined && (
        <p className="why-sentence">
          {say.byHand(setting.by.name, momentText(language, Date.parse(setting.at), now))}
        </p>
      )}
      {parts.length === 0 && !setting && <p className="soft">{say.unknown}</p>}
      <ol className="why-parts">
        {parts.map(({ decision, isAsked }, at) => (
          <li key={at} className={isAsked ? 'asked' : undefined} aria-current={isAsked || undefined}>
            <span className="why-number">{at + 1}</span>
            <div>
              {decision.what === 'table' && <Table of={decision} />}
              {decision.what === 'assign' && <Turn of={decision} />}
              {decision.what === 'promise' && <Promised of={decision} />}
            </div>
          </li>
        ))}
      </ol>
      {last?.at !== undefined && (
        <p className="soft why-when" title={fullText(language, Date.parse(last.at))}>
          {say.decided(decidedText(language, last.at))}
        </p>
      )}
    </div>
  )
}

const decidedText = (language: Parameters<typeof fullText>[0], at: string): string =>
  fullText(language, Date.parse(at))

const Head = ({ title, children }: { title: string; children: ReactNode }) => (
  <h3>
    {title} <span className="soft">{children}</span>
  </h3>
)

const marks = {
  decided: 'check',
  matched: 'check',
  failed: 'cross',
  'not-in-force': 'dash',
  'not-reached': 'dash',
} as const
type Row = TableDecision['rows'][number]

/** What operators wrote beside it says more to people than its id, which stands under the pointer. */
const rowName = ({ note }: Row, at: number, said: (place: number) => string): string => note ?? said(at + 1)

function Table({ of: table }: { of: TableDecision }) {
  const say = useWords(words)
  const compared = ({ state, failed, conditions = [] }: Row): string => {
    if (state === 'decided') return conditions.join(', ') || say.states.decided
    if (failed?.wanted === undefined) return failed?.about ?? say.states[state]
    return say.not(`${failed.about} ${failed.seen ?? ''}`.trim(), failed.wanted)
  }
  // What was not asked tells nothing alone.
  const asked = table.rows
    .map((row, at) => ({ row, name: rowName(row, at, say.row) }))
    .filter(({ row }) => row.state !== 'not-reached')
  const rest = table.rows.length - asked.length
  return (
    <>
      <Head title={table.title}>
        {[
          table.hitPolicy !== undefined && (say.policy[table.hitPolicy] ?? table.hitPolicy),
          !table.isCurrent && say.old,
        ]
          .filter(Boolean)
          .join(' · ')}
      </Head>
      <ul className="why-rows" aria-label={say.rows}>
        {asked.map(({ row, name }) => (
          <li key={row.id} className={row.state} title={row.id}>
            <Icon name={marks[row.state]} size={15} />
            <span className="hidden">{say.states[row.state]}: </span>
            <b>{name}</b>
            <span>{compared(row)}</span>
          </li>
        ))}
        {table.row === 'default' && (
          <li className="decided">
            <Icon name="check" size={15} />
            <b>{say.otherwise}</b>
            <span>{say.states.decided}</span>
          </li>
        )}
        {rest > 0 && (
          <li className="not-reached">
            <Icon name="dash" size={15} />
            <b>{say.moreRows(rest)}</b>
            <span>{say.states['not-reached']}</span>
          </li>
        )}
      </ul>
    </>
  )
}

function Turn({ of: { by, team, chosen, members, passed } }: { of: AssignDecision }) {
  const { language } = useSession()
  const say = useWords(words)
  const names = useNames()
  const now = useNow()
  const why = new Map(passed.map((each) => [each.person, each]))
  const [place, way] = [
    chosen === undefined ? -1 : members.indexOf(chosen),
    by === undefined ? '' : (say.turn[by] ?? by),
  ]
  return (
    <>
      <Head title={say.whose}>
        {place < 0 || team === undefined ? way : say.place(way, names.team(team), place + 1, members.length)}
      </Head>
      <ul className="why-people">
        {members.map((person) => {
          const { because, until } = why.get(person) ?? {}
          const looks = because === undefined ? 'there' : 'passed'
          return (
            <li key={person} className={person === chosen ? 'chosen' : looks}>
              <Avatar name={names.person(person)} />
              {names.person(person)}
              {because !== undefined &&
                ` · ${until === undefined ? (say.passed[because] ?? because) : say.awayUntil(momentText(language, Date.parse(until), now))}`}
            </li>
          )
        })}
      </ul>
    </>
  )
}

function Promised({ of: { within, calendar, timeZone, from, until, then } }: { of: PromiseDecision }) {
  const { language, words: shared } = useSession()
  const say = useWords(words)
  const now = useNow()
  const [began, promised] = [Date.parse(from), Date.parse(until)]
  const next = then && Date.parse(then.at)
  const places = placesOf({ from: began, until: promised, now, ...(next !== undefined && { then: next }) })
  const isLate = now > promised
  const text = (at: number) => momentText(language, at, now)
  const there = timeZone === undefined ? undefined : elsewhereText(language, promised, timeZone)
  return (
    <>
      <Head title={say.until}>
        {within === undefined ? calendar : say.within(withinText(within, shared.say), calendar)}
      </Head>
      <svg
        className={`why-line${isLate ? ' late' : ''}`}
        viewBox="0 0 1000 16"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect className="all" x="0" y="6" width="1000" height="4" rx="2" />
        <rect className="gone" x="0" y="6" width={places.now * 10} height="4" rx="2" />
        <rect className="mark" x={Math.min(997, places.promised * 10 - 1)} y="0" width="3" height="16" />
        <rect className="now" x={Math.min(997, places.now * 10 - 1)} y="0" width="3" height="16" />
      </svg>
      <p className="why-times number">
        {/* In its first minute "now" says it. */}
        <span className={places.now < 18 ? 'below' : undefined}>{now - began >= 60_000 && text(began)}</span>
        <span
          style={{ left: placed(places.promised) }}
          className={Math.abs(places.promised - places.now) < 18 ? 'below' : undefined}
        >
          {text(promised)}
        </span>
        <span style={{ left: placed(places.now) }} className={isLate ? 'now late' : 'now'}>
          {say.now(timeText(language, now))}
        </span>
        {places.end - promised > 60_000 && (
          <span className={places.now > 80 ? 'below' : undefined}>{text(places.end)}</span>
        )}
      </p>
      {there !== undefined && <p className="soft why-then">{say.there(there)}</p>}
      {next !== undefined && <p className="soft why-then">{thenText(then!, text(next), say)}</p>}
    </>
  )
}

/** What comes when nobody answers, and to whom it goes, as far as the API knows it. */
function thenText(
  { step, to, queue, among }: NonNullable<PromiseDecision['then']>,
  when: string,
  say: Words,
): string {
  if (queue !== undefined) return say.thenQueue(when, queue)
  if (to !== undefined) return step === 'assign' ? say.thenTo(when, to) : say.thenTold(when, to)
  return among ? say.thenOneOf(when, among.join(', ')) : say.then(when)
}

/** Within the line, however near to its ends. */
const placed = (percent: number): string => `clamp(34px, ${percent}%, calc(100% - 34px))`
