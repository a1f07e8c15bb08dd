import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import { calledOf, recordQuery } from '../../api/file.ts'
import { placeOf, type Field } from '../../api/kinds.ts'
import { peopleQuery, type People } from '../../api/me.ts'
import { useNow } from '../../clock.ts'
import { useSession } from '../../session.tsx'
import { Phone } from '../../ui/phone.tsx'
import { telOf } from '../../ui/phone-text.ts'
import { Link } from '../../ui/link.tsx'
import {
  countryText,
  dayText,
  fullText,
  languageText,
  momentText,
  moneyText,
  numberText,
} from '../../words/format.ts'
import { fieldTitle, valueTitle } from '../../words/name.ts'
import { momentOf } from '../../words/zone.ts'
import { isMoney } from './read-input.ts'
import './field.css'

export interface OfField {
  kind: string
  name: string
  field: Field
  value: unknown
}

/** What a field says, as people read it: names for ids, amounts, days, links to write and to call. */
export function Value(of: OfField): ReactNode {
  const { kind, name, field, value } = of
  const { words, language } = useSession()
  const now = useNow()
  if (value === undefined || value === null || value === '') return <span className="soft">—</span>
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="soft">—</span>
    return (
      <ul className="values">
        {value.map((each: unknown) => (
          <li key={JSON.stringify(each)}>
            <Value kind={kind} name={name} field={field.each ?? { title: '', as: 'text' }} value={each} />
          </li>
        ))}
      </ul>
    )
  }
  if (isMoney(value)) return <span className="number">{moneyText(language, value)}</span>
  if (typeof value === 'object')
    return (
      <ul className="values">
        {Object.entries(value).map(([inner, each]) => (
          <li key={inner}>
            <span className="soft">{fieldTitle(words, kind, `${name}.${inner}`)}</span>{' '}
            <Value
              kind={kind}
              name={`${name}.${inner}`}
              field={field.fields?.[inner] ?? { title: inner, as: 'text' }}
              value={each}
            />
          </li>
        ))}
      </ul>
    )
  if (typeof value === 'number') return <span className="number">{numberText(language, value)}</span>
  if (typeof value === 'boolean') return value ? '✓' : '–'
  const text = plainText(value)
  if (field.as === 'instant')
    return (
      <time dateTime={text} title={fullText(language, Date.parse(text))}>
        {momentText(language, Date.parse(text), now)}
      </time>
    )
  if (field.as === 'day')
    return <time dateTime={text}>{dayText(language, momentOf(`${text}T12:00`), now)}</time>
  if (field.as === 'ref') return <Reference to={field.to ?? []} id={text} />
  if (field.as === 'choice') return languageOr(name, text) ?? valueTitle(words, kind, text)
  return <Text text={text} isCountry={field.format === 'country'} />

  function languageOr(called: string, code: string): string | undefined {
    return called === 'language' ? languageText(language, code) : undefined
  }
}

/** Of texts that the API stores; whatever else there may be is not made up. */
const plainText = (value: unknown): string => (typeof value === 'string' ? value : '')

function Text({ text, isCountry }: { text: string; isCountry: boolean }) {
  const { language } = useSession()
  if (isCountry) return countryText(language, text)
  if (/^\+\d{6,15}$/.test(text))
    return (
      <a href={telOf(text)}>
        <Phone of={text} />
      </a>
    )
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return <a href={`mailto:${text}`}>{text}</a>
  return <span className="prose">{text}</span>
}

/** A person, team or queue by its name; a record by what people call it, as a link. */
function Reference({ to, id }: { to: readonly string[]; id: string }) {
  const { api } = useSession()
  const { data: people } = useQuery({ ...peopleQuery(api), enabled: placeOf(id) === undefined })
  if (placeOf(id) !== undefined) return <RecordLink id={id} />
  return nameIn(people, to, id) ?? id
}

export function nameIn(people: People | undefined, to: readonly string[], id: string): string | undefined {
  if (to.includes('team')) return people?.teams.find((each) => each.id === id)?.title
  if (to.includes('queue')) return people?.queues.find((each) => each.id === id)?.title
  return people?.people.find((each) => each.id === id)?.name
}

/** What a record is called is asked of the API; whoever may not read it sees its id alone. */
export function RecordLink({ id }: { id: string }) {
  const { api } = useSession()
  const { data, error } = useQuery(recordQuery(api, id))
  if (error) return <span className="soft">{id}</span>
  return <Link to={placeOf(id)!}>{data ? calledOf(data) : '…'}</Link>
}

/** Somebody by his id: his name, or what was given. */
export function usePersonName(): (id: string | undefined) => string | undefined {
  const { api, me } = useSession()
  const { data } = useQuery(peopleQuery(api))
  return (id) => {
    if (id === undefined) return undefined
    if (id === me.person.id) return me.person.name
    return data?.people.find((each) => each.id === id)?.name ?? id
  }
}
