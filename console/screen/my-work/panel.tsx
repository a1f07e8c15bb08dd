import type { WorkEntry } from '../../api/work.ts'
import { placeOf } from '../../api/kinds.ts'
import type { Pending } from '../../outbox.ts'
import { Answer } from '../../part/answer/answer.tsx'
import { Reach } from '../../part/answer/reach.tsx'
import { Due } from '../../part/due.tsx'
import { amountOf, companyOf, fieldText, reachOf } from '../../part/work-entry.ts'
import { useSession, useWords } from '../../session.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Link } from '../../ui/link.tsx'
import { Phone } from '../../ui/phone.tsx'
import { Avatar } from '../../ui/person.tsx'
import { fullText, moneyText } from '../../words/format.ts'
import { fieldTitle, valueTitle } from '../../words/name.ts'
import { words } from './words.ts'

/** The means to deal with one entry: who it is, what was asked, a call, and what came of it. */
export function Panel(props: {
  entry: WorkEntry
  /** its own address: taking back leads there */
  at: Pending['at']
  onRecorded: () => void
}) {
  const { entry, at, onRecorded } = props
  const { words: shared, language } = useSession()
  const say = useWords(words)
  const { record, kind, called, url, due, lateSince, line, next } = entry
  const reach = reachOf(record)
  const company = companyOf(entry)
  const amount = amountOf(entry)
  const channel = fieldText(line, 'channel')
  const message = fieldText(record, 'message') ?? fieldText(record, 'text')
  const employees = record?.employees
  const place = placeOf(entry.id)
  return (
    <>
      <header className="panel-head">
        <Avatar name={called} size={40} />
        <div>
          <h2>
            <Phone of={called} />
          </h2>
          {company !== undefined && <p className="soft">{company}</p>}
        </div>
        {place !== undefined && (
          <Link
            className="button quiet square"
            to={place}
            aria-label={`${say.open}: ${called}`}
            title={say.open}
          >
            <Icon name="open" />
          </Link>
        )}
      </header>
      <p className="panel-due">
        <Due at={lateSince ?? due} />{' '}
        <span className="soft">{shared.say.sla.due(fullText(language, Date.parse(lateSince ?? due)))}</span>
      </p>
      {message !== undefined && <blockquote>{message}</blockquote>}
      <Reach {...reach} />
      <Answer
        about={{ url, kind, called, reach, at, isWaiting: next === 'answer' }}
        onRecorded={onRecorded}
      />
      <Facts
        of={[
          reach.email !== undefined && {
            label: shared.say.newLead.email,
            value: <a href={`mailto:${reach.email}`}>{reach.email}</a>,
          },
          typeof employees === 'number' && { label: fieldTitle(shared, kind, 'employees'), value: employees },
          amount && { label: fieldTitle(shared, kind, 'budget'), value: moneyText(language, amount) },
          channel !== undefined && { label: shared.say.facts.from, value: valueTitle(shared, kind, channel) },
        ]}
      />
    </>
  )
}
