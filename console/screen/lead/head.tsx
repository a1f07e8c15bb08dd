import type { Lead } from '../../api/lead.ts'
import { Due } from '../../part/due.tsx'
import { useNow } from '../../clock.ts'
import { useSession, useWords } from '../../session.tsx'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { Chip, Tag } from '../../ui/chip.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Link } from '../../ui/link.tsx'
import { More } from '../../ui/more.tsx'
import { Phone } from '../../ui/phone.tsx'
import { telOf } from '../../ui/phone-text.ts'
import type { MenuEntry } from '../../ui/menu.tsx'
import { Avatar } from '../../ui/person.tsx'
import { momentText } from '../../words/format.ts'
import { fieldTitle, valueTitle } from '../../words/name.ts'
import { screen as here } from './screen.ts'
import { words } from './words.ts'

/** Where a lead stands in the work of whoever looks at it. */
export interface Place {
  /** from 0; less: it is not among it */
  at: number
  of: number
  previous?: string
  next?: string
  /** to it, with what was filtered there */
  search: Readonly<Record<string, string | undefined>>
}

/** Where one is, how to go on, how to reach the customer. */
export function Bar(props: {
  lead?: Lead
  called: string
  place: Place
  entries: readonly MenuEntry[]
  onMove: (to: string) => void
  onMeet: () => void
}) {
  const { words: shared, language } = useSession()
  const say = useWords(words)
  const { lead, called, place, onMove } = props
  const { phone, email } = lead?.contact ?? {}
  const dial = telOf(phone)
  const { answer } = shared.say
  return (
    <header className="bar lead-bar">
      <Link to="/work" search={place.search} className="lead-back">
        <Icon name="left" size={16} />
        {shared.say.answer.back}
      </Link>
      <Icon name="right" size={14} />
      <b className="lead-called">{called ? <Phone of={called} /> : here.title[language]}</b>
      {place.at >= 0 && (
        <>
          <span className="soft number lead-place">{say.place(place.at + 1, place.of)}</span>
          <IconButton
            icon="up"
            label={`${say.previous} [`}
            disabled={place.previous === undefined}
            onClick={() => place.previous && onMove(place.previous)}
          />
          <IconButton
            icon="down"
            label={`${say.next} ]`}
            disabled={place.next === undefined}
            onClick={() => place.next && onMove(place.next)}
          />
        </>
      )}
      <div className="end">
        {phone !== undefined && dial !== undefined && (
          <ButtonLink weight="likely" icon="phone" keyName="C" href={dial} data-act="call">
            <span className="wide number-of">
              <span className="hidden">{answer.call}: </span>
              <Phone of={phone} />
            </span>
            <span className="narrow">{answer.call}</span>
          </ButtonLink>
        )}
        {email !== undefined && (
          <ButtonLink icon="mail" keyName="W" href={`mailto:${email}`} data-act="write">
            {answer.write}
          </ButtonLink>
        )}
        {lead && (
          <Button icon="meeting" className="button plain lead-meet" onClick={props.onMeet}>
            {say.meeting}
          </Button>
        )}
        {lead && <More label={say.more} entries={props.entries} />}
      </div>
    </header>
  )
}

/** Who it is, how urgent, how far. */
export function Head({ lead, called }: { lead: Lead; called: string }) {
  const { words: shared, language } = useSession()
  const say = useWords(words)
  const now = useNow()
  const company = lead.contact?.company
  const isAnswered = lead.answeredAt !== undefined
  // What was promised is late from then on, whatever comes next.
  const promised = lead.due === undefined || isAnswered ? lead.due : (lead.respondBy ?? lead.due)
  return (
    <header className="lead-head">
      <Avatar name={called} size={48} />
      <div className="lead-who">
        <h1 title={called}>
          <Phone of={called} />
        </h1>
        {company !== undefined && company !== called && (
          <p className="soft">
            {lead.customerId === undefined ? (
              company
            ) : (
              <Link to={`/customers/${lead.customerId}`}>{company}</Link>
            )}
          </p>
        )}
      </div>
      <p className="lead-chips">
        {promised !== undefined && <Due at={promised} />}
        {promised !== undefined && (
          <span className="soft lead-until">
            {(isAnswered ? say.stepBy : say.answerBy)(momentText(language, Date.parse(promised), now))}
          </span>
        )}
        {lead.status === 'won' && <Chip tone="met">{valueTitle(shared, 'lead', 'won')}</Chip>}
        {lead.priority !== undefined && (
          <span className="lead-priority" title={fieldTitle(shared, 'lead', 'priority')}>
            <Tag>{capital(valueTitle(shared, 'lead', lead.priority))}</Tag>
          </span>
        )}
      </p>
      <Stages lead={lead} />
    </header>
  )
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function Stages({ lead: { status, answeredAt } }: { lead: Lead }) {
  const { words: shared } = useSession()
  const say = useWords(words)
  const end = status === 'lost' ? 'lost' : 'won'
  const open = answeredAt === undefined ? 0 : 1
  const at = status === 'open' ? open : 2
  return (
    <ol className={`stages ${status}`} aria-label={say.stage}>
      {[say.stages.new, say.stages.answered, valueTitle(shared, 'lead', end)].map((title, index) => (
        <li
          key={title}
          aria-current={index === at ? 'step' : undefined}
          className={index < at ? 'gone' : undefined}
        >
          {title}
        </li>
      ))}
    </ol>
  )
}
