import { useState } from 'react'
import type { Stored } from '../../api/file.ts'
import { calledOf } from '../../api/file.ts'
import { kindNamed, type Kind } from '../../api/kinds.ts'
import { mayDo } from '../../api/me.ts'
import { useCommands } from '../../commands.ts'
import { useKeys } from '../../keys.ts'
import { press, Reach } from '../../part/answer/reach.tsx'
import { Due } from '../../part/due.tsx'
import { useWrite } from '../../part/outbox/write.ts'
import { RecordMark } from '../../part/record-mark.tsx'
import { RecordLink, usePersonName } from '../../part/field/value.tsx'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Tag } from '../../ui/chip.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More } from '../../ui/more.tsx'
import { Link, useGo } from '../../ui/link.tsx'
import { Avatar } from '../../ui/person.tsx'
import { countryText } from '../../words/format.ts'
import { kindTitle, transitionTitle, valueTitle } from '../../words/name.ts'
import { Ask, newFields } from './ask.tsx'
import { movesOf, type Move } from './moves.ts'
import { words } from './words.ts'

/** What may be made in the file of a record, and the field by which it is filed there. */
const makes: Readonly<Record<string, readonly (readonly [kind: string, link: string])[]>> = {
  customer: [
    ['contact', 'customerId'],
    ['opportunity', 'customerId'],
    ['ticket', 'customerId'],
    ['task', 'aboutId'],
    ['meeting', 'customerId'],
  ],
  contact: [['task', 'aboutId']],
  opportunity: [['task', 'aboutId']],
  ticket: [['task', 'aboutId']],
  meeting: [['task', 'aboutId']],
}

export const reachOfRecord = ({ phones, emails, contact }: Stored): { phone?: string; email?: string } => {
  const inner = (contact ?? {}) as { phone?: string; email?: string }
  const phone = Array.isArray(phones) ? (phones[0] as string | undefined) : inner.phone
  const email = Array.isArray(emails) ? (emails[0] as string | undefined) : inner.email
  return { ...(phone !== undefined && { phone }), ...(email !== undefined && { email }) }
}

type Asked = { is: 'move'; move: Move } | { is: 'new'; kind: string; link: string }

/** Who or what it is, how it stands, and what can be done with it now. */
export function Head({ kind, record }: { kind: Kind; record: Stored }) {
  const { me, words: shared, say: tell } = useSession()
  const { write } = useWrite()
  const say = useWords(words)
  const go = useGo()
  const [asked, setAsked] = useState<Asked>()
  const called = calledOf(record)
  const isMine = record.ownerId === me.person.id
  const moves = movesOf(kind, record, (name) => mayDo(me, kind.name, name))
  const titled = (move: Move) => transitionTitle(shared, kind.name, move.name)

  function send(name: string, title: string): void {
    write({
      path: `/${kind.plural}/${record.id}/${name}`,
      body: {},
      what: name,
      about: `/${kind.plural}/${record.id}`,
      said: `${title}, ${called}`,
      at: { to: `/${kind.plural}/${record.id}` },
    })
  }
  const run = (move: Move) => () =>
    move.asks.length ? setAsked({ is: 'move', move }) : send(move.name, titled(move))
  const open = moves.filter(({ isPossible }) => isPossible)
  const canTake =
    kind.isWork &&
    !isMine &&
    kind.states[String(record.status)]?.open === true &&
    mayDo(me, kind.name, 'take')
  const made = (makes[kind.name] ?? []).filter(([name]) => mayDo(me, name, 'create'))
  const news = made.map(([name, link]) => ({
    name: kindTitle(shared, name),
    icon: 'plus' as const,
    run: () => setAsked({ is: 'new', kind: name, link }),
  }))
  const entries = [
    ...(canTake ? [{ name: say.take, icon: 'check' as const, run: () => send('take', say.take) }] : []),
    ...moves.map((move) => ({
      name: titled(move),
      icon: 'route' as const,
      run: run(move),
      why: move.isPossible
        ? undefined
        : say.onlyFrom(move.from.map((each) => valueTitle(shared, kind.name, each)).join(', ')),
    })),
  ]
  useCommands(() => [
    ...entries.filter((each) => !('why' in each) || each.why === undefined),
    ...news.map((each) => ({ ...each, name: say.newOf(each.name) })),
  ])
  const reach = reachOfRecord(record)
  useKeys(
    {
      ...(reach.phone !== undefined && { KeyC: press('call') }),
      ...(reach.email !== undefined && { KeyW: press('write') }),
      KeyE: () => document.querySelector<HTMLElement>('.composer textarea')?.focus(),
    },
    'file',
    { KeyC: shared.say.answer.call, KeyW: shared.say.answer.write, KeyE: say.keys.tell },
  )

  return (
    <>
      <header className="bar file-bar">
        <Crumb kind={kind} record={record} />
        <div className="end">
          <span className="wide-only">
            <Reach {...reach} />
          </span>
          {news.length > 0 && (
            <More label={say.new} className="button" entries={news}>
              <Icon name="plus" />
              <span className="wide-only">{say.new}</span>
            </More>
          )}
          {entries.length > 0 && <More label={say.more} entries={entries} />}
        </div>
      </header>
      <div className="file-head">
        <RecordMark kind={kind.name} called={called} type={record.type} size={48} />
        <div className="file-name">
          <h1>{called}</h1>
          <Under kind={kind} record={record} />
        </div>
        <Chips kind={kind} record={record} />
        <div className="file-moves wide-only">
          {canTake && (
            <Button weight="primary" icon="check" onClick={() => send('take', say.take)}>
              {say.take}
            </Button>
          )}
          {open.slice(0, 2).map((move) => (
            <Button key={move.name} onClick={run(move)}>
              {titled(move)}
            </Button>
          ))}
        </div>
      </div>
      {asked?.is === 'move' && (
        <Ask
          title={titled(asked.move)}
          kind={kind}
          fields={asked.move.asks}
          path={`/${kind.plural}/${record.id}/${asked.move.name}`}
          does={say.do}
          onClose={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined)
            tell({ text: say.done(titled(asked.move)), lasts: 4_000 })
          }}
        />
      )}
      {asked?.is === 'new' && (
        <Ask
          title={say.newOf(kindTitle(shared, asked.kind))}
          kind={kindNamed(asked.kind)}
          fields={newFields(kindNamed(asked.kind), asked.link)}
          path={`/${kindNamed(asked.kind).plural}`}
          given={{ [asked.link]: record.id }}
          does={say.create}
          onClose={() => setAsked(undefined)}
          onDone={({ id }) => {
            setAsked(undefined)
            go(`/${kindNamed(asked.kind).plural}/${String(id)}`)
          }}
        />
      )}
    </>
  )
}

/** Where one is: the list of its kind, or the file in which it lies. */
function Crumb({ kind, record }: { kind: Kind; record: Stored }) {
  const { words: shared } = useSession()
  const say = useWords(words)
  const above = kind.filedUnder === undefined ? undefined : record[kind.filedUnder]
  return (
    <nav className="crumb" aria-label={say.keys.back}>
      {typeof above === 'string' ? (
        <RecordLink id={above} />
      ) : (
        <Link to="/find" className="soft">
          {say.search}
        </Link>
      )}
      <Icon name="right" size={14} />
      <span className="soft">{kindTitle(shared, kind.name)}</span>
    </nav>
  )
}

function Under({ kind, record }: { kind: Kind; record: Stored }) {
  const { words: shared, language } = useSession()
  const { type, position, city, country, priority, industry } = record
  const said = [
    typeof type === 'string' && valueTitle(shared, kind.name, type),
    position,
    industry,
    city,
    typeof country === 'string' && countryText(language, country),
    typeof priority === 'string' && valueTitle(shared, kind.name, priority),
  ].filter((each): each is string => typeof each === 'string')
  return <p className="soft">{said.length > 0 ? said.join(' · ') : kindTitle(shared, kind.name)}</p>
}

function Chips({ kind, record }: { kind: Kind; record: Stored }) {
  const { words: shared } = useSession()
  const say = useWords(words)
  const nameOf = usePersonName()
  const { status, due, ownerId } = record
  const isOpen = kind.states[String(status)]?.open ?? true
  const owner = typeof ownerId === 'string' ? nameOf(ownerId) : undefined
  return (
    <p className="file-chips">
      {typeof due === 'string' && isOpen && <Due at={due} />}
      {typeof status === 'string' && <Tag>{valueTitle(shared, kind.name, status)}</Tag>}
      {owner !== undefined && (
        <span className="file-owner" title={say.owner}>
          <Avatar name={owner} /> {owner}
        </span>
      )}
    </p>
  )
}
