import type { ReactNode } from 'react'
import { placeOf, type Kind } from '../../api/kinds.ts'
import type { Told, Values } from '../../api/file.ts'
import { useNow } from '../../clock.ts'
import type { Pending } from '../../outbox.ts'
import { useSession, useWords } from '../../session.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Link } from '../../ui/link.tsx'
import { fullText, momentText, moneyText } from '../../words/format.ts'
import { kindTitle, valueTitle } from '../../words/name.ts'
import { isMoney } from '../../part/field/read-input.ts'
import { entryWords } from './entry-words.ts'
import { words } from './words.ts'

const icons: Readonly<Record<string, IconName>> = {
  call: 'phone',
  email: 'mail',
  letter: 'mail',
  mailing: 'mail',
  meeting: 'meeting',
  visit: 'meeting',
  event: 'meeting',
  chat: 'chat',
  sms: 'chat',
  social: 'chat',
  note: 'note',
  form: 'form',
  merge: 'form',
  take: 'route',
  raise: 'bell',
  consent: 'check',
  milestone: 'route',
  ticket: 'ticket',
  lead: 'work',
  customer: 'customer',
  contact: 'people',
  opportunity: 'money',
  task: 'check',
  file: 'file',
}

/** What happened, newest first; what is still to be sent stands on top. */
export function Timeline(props: { kind: Kind; pending: readonly Pending[]; entries: readonly Told[] }) {
  const { words: shared } = useSession()
  const say = useWords(words)
  return (
    <ol className="stream">
      {props.pending.map(({ key, what, body }) => (
        <li key={key} className="stream-entry is-pending">
          <Mark name={what} />
          <div>
            <b>{shared.say.activity[what] ?? what}</b> <span className="soft">{say.waiting}</span>
            <Said text={(body as Values).text} />
          </div>
          <Icon name="clock" size={15} />
        </li>
      ))}
      {props.entries.map((entry) => (
        <Entry key={`${entry.kind} ${entry.id} ${entry.at}`} kind={props.kind} entry={entry} />
      ))}
    </ol>
  )
}

const Mark = ({ name }: { name: string }) => (
  <span className={`stream-mark mark-${name}`}>
    <Icon name={icons[name] ?? 'dash'} size={15} />
  </span>
)

const Said = ({ text }: { text: unknown }) =>
  typeof text === 'string' && text !== '' ? <blockquote>{text}</blockquote> : null

function Entry({ kind, entry }: { kind: Kind; entry: Told }) {
  const { words: shared, language } = useSession()
  const say = useWords(words)
  const { says, outcome } = useWords(entryWords)
  const now = useNow()
  const { what, by } = entry as { what?: string; by?: { id?: string; name?: string } }
  const at = Date.parse(entry.at)
  const who = by?.id === 'holdfast' ? say.automatic : by?.name
  return (
    <li className="stream-entry">
      <Mark name={entry.kind === 'activity' ? (what ?? '') : entry.kind} />
      <div>
        {told()}
        {who !== undefined && <span className="soft"> · {who}</span>}
        <Said text={entry.text} />
      </div>
      <time dateTime={entry.at} title={fullText(language, at)}>
        {momentText(language, at, now)}
      </time>
    </li>
  )

  function told(): ReactNode {
    if (entry.kind === 'activity') return activity()
    if (entry.kind === 'milestone')
      return (
        <b>{shared.kinds[kind.name] ? valueTitle(shared, kind.name, String(entry.state)) : entry.title}</b>
      )
    if (entry.kind === 'consent')
      return (
        <>
          <b>{say.state[entry.state === 'given' ? 'given' : 'withdrawn']}</b>{' '}
          <span className="soft">
            {[entry.channel, entry.purpose].map((each) => says[String(each)] ?? each).join(' · ')}
          </span>
        </>
      )
    return <Line entry={entry} />
  }

  function activity(): ReactNode {
    const title = shared.say.activity[what ?? ''] ?? says[what ?? ''] ?? entry.title
    const more = [
      entry.direction === 'in' ? shared.say.answer.direction.in : undefined,
      typeof entry.outcome === 'string' ? (outcome[entry.outcome] ?? entry.outcome) : undefined,
    ].filter((each) => each !== undefined)
    return (
      <>
        <b>{title}</b> {more.length > 0 && <span className="soft">{more.join(' · ')}</span>}
      </>
    )
  }
}

/** A record that lies there, in a line. */
export function Line({ entry }: { entry: Told }) {
  const { words: shared, language } = useSession()
  const status = typeof entry.status === 'string' && valueTitle(shared, entry.kind, entry.status)
  const place = placeOf(entry.id)
  return (
    <>
      {place === undefined ? <b>{entry.title}</b> : <Link to={place}>{entry.title || entry.id}</Link>}{' '}
      <span className="soft">
        {[kindTitle(shared, entry.kind), status, isMoney(entry.amount) && moneyText(language, entry.amount)]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  )
}
