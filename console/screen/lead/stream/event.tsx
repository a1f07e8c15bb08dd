import { useState, type ReactNode } from 'react'
import type { Happening } from '../../../api/lead.ts'
import { useNow } from '../../../clock.ts'
import { useNames } from '../../../part/people.ts'
import { useSession, useWords } from '../../../session.tsx'
import { Icon, type IconName } from '../../../ui/icon.tsx'
import { fullText, momentText, moneyText, type Amount } from '../../../words/format.ts'
import { fieldTitle, valueTitle } from '../../../words/name.ts'
import { words, type LeadWords } from '../words.ts'
import { usePhrases, type Phrases } from './phrase.ts'
import { idOf, stepsOf, textOf, type Entry, type Step } from './story.ts'

type Tone = 'plain' | 'good' | 'late'

/** One line of the stream: a drawing, what happened, when; what is more unfolds. */
export function Line({ entry, isLast }: { entry: Entry; isLast: boolean }) {
  const { language } = useSession()
  const now = useNow()
  const at = Date.parse(entry.at)
  const { icon, tone = 'plain', title, note, body, more } = useTold(entry)
  const [isOpen, setOpen] = useState(false)
  return (
    <li className={`line ${tone}${isLast ? ' last' : ''}`}>
      <span className="line-icon">
        <Icon name={icon} size={16} />
      </span>
      <div className="line-text">
        {more ? (
          <button
            type="button"
            className="line-title"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {title}
          </button>
        ) : (
          <p className="line-title">{title}</p>
        )}
        {note !== undefined && note !== '' && <p className="soft line-note">{note}</p>}
        {body !== undefined && <blockquote>{body}</blockquote>}
        {isOpen && more}
      </div>
      <time className="soft" dateTime={entry.at} title={fullText(language, at)}>
        {momentText(language, at, now)}
      </time>
    </li>
  )
}

interface Told {
  icon: IconName
  tone?: Tone
  title: ReactNode
  note?: string
  body?: string
  more?: ReactNode
}

const inContact = new Set(['name', 'email', 'phone', 'company'])

const icons: Readonly<Record<string, IconName>> = {
  call: 'phone',
  email: 'mail',
  meeting: 'meeting',
  visit: 'meeting',
  chat: 'chat',
  note: 'note',
  merge: 'mail',
  convert: 'customer',
  take: 'people',
  give: 'people',
  close: 'check',
}

function useTold(entry: Entry): Told {
  const { words: shared, language } = useSession()
  const { event: say } = useWords(words)
  const names = useNames()
  const phrase = usePhrases()
  const now = useNow()
  const { event } = entry
  const nameOf = (by: unknown): string => {
    const id = idOf(by) ?? ''
    if (id === 'customer') return say.customer
    return id === 'holdfast' ? say.system : ((by as { name?: string } | undefined)?.name ?? names.person(id))
  }

  switch (event.what) {
    case 'submission': {
      const posted = (event.fields ?? []) as { name: string; value: unknown }[]
      const field = (name: string) => textOf(posted.find((each) => each.name === name)?.value)
      const who = field('name') ?? field('company') ?? field('email') ?? say.customer
      const form = textOf(event.formId)
      return {
        icon: 'form',
        tone: 'good',
        title: form
          ? say.sentForm(who, names.form(form))
          : say.sent(who, valueTitle(shared, 'lead', textOf(event.channel) ?? textOf(event.door) ?? '')),
        note: [event.restoredAt !== undefined && say.restored, event.isPart === true && say.partly]
          .filter(Boolean)
          .join(' · '),
        ...(field('message') !== undefined && { body: field('message')! }),
        more: (
          <Pairs
            of={posted.map(({ name, value }) => [
              fieldTitle(shared, 'lead', inContact.has(name) ? `contact.${name}` : name),
              String(value),
            ])}
          />
        ),
      }
    }
    case 'activity': {
      const what = String(event.activity)
      const kind = shared.say.activity[what] ?? say.activity[what] ?? what
      const outcome = textOf(event.outcome)
      const next = textOf(event.nextStep)
      const changes = (event.changes ?? []) as { field: string; before?: unknown; after: unknown }[]
      return {
        icon: icons[what] ?? 'note',
        ...(['call', 'email', 'meeting', 'chat'].includes(what) && { tone: 'good' }),
        title: (
          <>
            <b>{nameOf(event.by)}</b> · {kind.toLowerCase()}
            {outcome !== undefined && ` · ${say.outcome[outcome] ?? outcome}`}
            {event.to !== undefined && ` · ${say.toWhom(names.person(textOf(event.to) ?? ''))}`}
          </>
        ),
        note: [
          ...changes.map(
            ({ field, before, after }) =>
              `${fieldTitle(shared, 'lead', field)}: ${say.was(before === undefined ? say.unknown : shown(before, language), shown(after, language))}`,
          ),
          next !== undefined && say.nextStep(next),
          event.isPart === true && say.partly,
        ]
          .filter(Boolean)
          .join(' · '),
        ...(textOf(event.text) !== undefined && { body: textOf(event.text)! }),
      }
    }
    case 'consent':
      return {
        icon: 'check',
        title: event.state === 'given' ? say.consentGiven : say.consentWithdrawn,
        note: [event.channel, event.purpose]
          .map((each) => valueTitle(shared, 'lead', String(each)))
          .join(' · '),
      }
    case 'refusal': {
      const what = String(event.activity)
      return {
        icon: 'late',
        tone: 'late',
        title: say.refused(nameOf(event.by), shared.say.activity[what] ?? say.activity[what] ?? what),
      }
    }
    case 'message':
      return {
        icon: 'mail',
        title: phrase.message(event),
        note: textOf(event.subject) ?? '',
        more: <Sent of={event} />,
      }
    case 'decision':
      return toldDecision(entry, { say, phrase, moment: (at) => momentText(language, Date.parse(at), now) })
    default:
      return { icon: 'edit', title: say.changed }
  }
}

interface Telling {
  say: LeadWords['event']
  phrase: Phrases
  moment: (at: string) => string
}

function toldDecision({ event, messages, run, isFirst }: Entry, { say, phrase, moment }: Telling): Told {
  const steps = stepsOf(event)
  const done = steps.map(phrase.step)
  const told = [...done, ...messages.map(phrase.message)].filter((each) => each !== '')
  const stand = run ? standOf(run, say, moment) : undefined
  const isLate = messages.some(({ template }) => /reminder|overdue|raised|queued/.test(String(template)))
  const name = typeof event.workflow === 'string' ? titleOf(event.workflow) : undefined
  const isCounted = name !== undefined && isFirst === true
  // What is counted is what stands there, folded or not: until when a step waits, the last line says.
  const listed = isCounted ? steps.filter((step) => phrase.step(step) !== '') : steps
  const all = [...told, stand].filter(Boolean)
  const more = (
    <div className="line-more">
      {listed.map((step, at) => (
        <p key={at} title={textOf(step.row)}>
          <b>{phrase.step(step) || titleOf(step.step.replace(/^\d+ /, ''))}</b>{' '}
          <span className="soft">{detailOf(step, say)}</span>
        </p>
      ))}
      {messages.map((message) => (
        <Sent key={message.id} of={message} />
      ))}
      {isCounted && stand && (
        <p>
          <b>{stand}</b>
        </p>
      )}
    </div>
  )
  // Later parts of a run are called by what they did.
  if (!isCounted) {
    const [first = name ?? say.watched, ...rest] = told
    return {
      icon: isLate ? 'bell' : 'route',
      ...(isLate && { tone: 'late' as const }),
      title: <b>{first}</b>,
      note: [...rest, stand].filter(Boolean).join(' · '),
      more,
    }
  }
  return {
    icon: 'route',
    title: (
      <>
        <b>{name}</b> <span className="soft">{say.steps(all.length)}</span>
      </>
    ),
    note: all.join(' · '),
    more,
  }
}

function standOf(
  { status, until, reason }: Happening,
  say: LeadWords['event'],
  moment: (at: string) => string,
): string {
  if (status === 'waiting') return typeof until === 'string' ? say.waits(moment(until)) : ''
  if (status === 'cancelled') return say.stopped
  return status === 'failed' ? say.failed(String(reason)) : say.ended
}

/** What it rested on, as far as it says so. */
function detailOf(step: Step, say: LeadWords['event']): string {
  if (step.what === 'table') return `${titleOf(String(step.table))}, ${rowText(textOf(step.row), say)}`
  const because = step.because ?? step.within
  return typeof because === 'string' ? because.replaceAll('-', ' ') : ''
}

/** Rows of sheets that have no id of their own are called by their place; of others the id is all that is told here. */
function rowText(row: string | undefined, say: LeadWords['event']): string {
  if (row === undefined) return say.nothing
  if (row === 'default') return say.noRow
  return `${say.row} ${/^row-(\d+)$/.exec(row)?.[1] ?? `“${row.replaceAll('-', ' ')}”`}`
}

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')

/** An e-mail as it was sent. */
function Sent({ of: message }: { of: Happening }) {
  const { event: say } = useWords(words)
  const names = useNames()
  const { to, subject, text, error } = message
  const name = (to as { name?: string } | undefined)?.name ?? names.person(idOf(to) ?? '')
  return (
    <details className="sent">
      <summary>
        {say.emailTo(name)} {typeof subject === 'string' && <span className="soft">{subject}</span>}
      </summary>
      {error !== undefined && (
        <p className="late-text">
          {say.failed(textOf(error) ?? textOf((error as { text?: string }).text) ?? '')}
        </p>
      )}
      {typeof text === 'string' ? <pre>{text}</pre> : <p className="soft">{say.partly}</p>}
    </details>
  )
}

const Pairs = ({ of }: { of: readonly (readonly [string, string])[] }) => (
  <dl className="facts line-more">
    {of.map(([name, value], at) => (
      <div key={at}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)

const shown = (value: unknown, language: Parameters<typeof moneyText>[0]): string =>
  typeof value === 'object' && value !== null && 'minor' in value
    ? moneyText(language, value as Amount)
    : String(value)
