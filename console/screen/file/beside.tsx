import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { consentsQuery, type Stored, type Told } from '../../api/file.ts'
import { kindNamed, placeOf, type Kind } from '../../api/kinds.ts'
import { mayDo } from '../../api/me.ts'
import { useNow } from '../../clock.ts'
import { Due } from '../../part/due.tsx'
import { usePersonName } from '../../part/field/value.tsx'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Link } from '../../ui/link.tsx'
import { Avatar } from '../../ui/person.tsx'
import { fullText, momentText } from '../../words/format.ts'
import { valueTitle } from '../../words/name.ts'
import { ConsentDialog } from './consent.tsx'
import { entryWords } from './entry-words.ts'
import { Line } from './timeline.tsx'
import { words } from './words.ts'

/** What stands in a file: who is there, what is open, what was allowed. */
export function Beside(props: { kind: Kind; record: Stored; open: readonly Told[]; isCut: boolean }) {
  const { kind, record, open } = props
  const say = useWords(words)
  const contacts = open.filter((each) => each.kind === 'contact')
  const isOpenWork = ({ kind: name, status }: Told) =>
    typeof status !== 'string' || (kindNamed(name).states[status]?.open ?? true)
  const work = open
    .filter((each) => each.kind !== 'contact' && isOpenWork(each))
    .toSorted((a, b) => dueOf(a) - dueOf(b))
  return (
    <>
      {kind.name === 'customer' && (
        <section>
          <h2>{say.contacts}</h2>
          {contacts.length === 0 && <p className="soft">{say.noContacts}</p>}
          <ul>
            {contacts.map((each) => (
              <li key={each.id}>
                <Somebody entry={each} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>
          {say.open} {work.length > 0 && <span className="number">{work.length}</span>}
        </h2>
        {work.length === 0 && <p className="soft">{say.noOpen}</p>}
        <ul className="open-work">
          {work.map((each) => (
            <li key={each.id}>
              <Work entry={each} />
            </li>
          ))}
        </ul>
        {props.isCut && <p className="soft">{say.openCut}</p>}
      </section>
      {['customer', 'contact'].includes(kind.name) && <Consents kind={kind} id={record.id} />}
    </>
  )
}

const dueOf = ({ due }: Told): number => (typeof due === 'string' ? Date.parse(due) : Infinity)

function Somebody({ entry }: { entry: Told }) {
  const { words: shared } = useSession()
  const { position, says } = entry
  return (
    <Link className="somebody" to={placeOf(entry.id)!}>
      <Avatar name={entry.title} />
      <span>
        <b>{entry.title}</b>
        <span className="soft">
          {[position, typeof says === 'string' && valueTitle(shared, 'contact', says)]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
    </Link>
  )
}

function Work({ entry }: { entry: Told }) {
  const nameOf = usePersonName()
  const { due, ownerId } = entry
  return (
    <>
      <p>
        <Line entry={entry} />
      </p>
      <p className="open-due">
        {typeof due === 'string' && <Due at={due} />}
        {typeof ownerId === 'string' && <span className="soft">{nameOf(ownerId)}</span>}
      </p>
    </>
  )
}

function Consents({ kind, id }: { kind: Kind; id: string }) {
  const { api, me, language } = useSession()
  const say = useWords(words)
  const { says } = useWords(entryWords)
  const now = useNow()
  const [isAsking, setAsking] = useState(false)
  const { data } = useQuery(consentsQuery(api, kind.plural, id))
  const may = mayDo(me, kind.name, 'consent')
  return (
    <section>
      <h2>{say.consents}</h2>
      {data?.length === 0 && <p className="soft">{say.noConsents}</p>}
      <ul className="consents">
        {data?.map(({ channel, purpose, state, since }) => (
          <li key={`${channel} ${purpose}`}>
            <b>{say.state[state]}</b>: {says[channel] ?? channel}, {says[purpose] ?? purpose}{' '}
            <time className="soft" dateTime={since} title={fullText(language, Date.parse(since))}>
              {say.since(momentText(language, Date.parse(since), now))}
            </time>
          </li>
        ))}
      </ul>
      {may && (
        <Button small onClick={() => setAsking(true)}>
          {say.consent}
        </Button>
      )}
      {isAsking && <ConsentDialog url={`/${kind.plural}/${id}`} onClose={() => setAsking(false)} />}
    </section>
  )
}
