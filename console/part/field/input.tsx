import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../../api/me.ts'
import { useSession } from '../../session.tsx'
import { languageText } from '../../words/format.ts'
import { valueTitle } from '../../words/name.ts'
import { localText } from '../../words/zone.ts'
import type { Field } from '../../api/kinds.ts'
import { ZoneNote } from '../zone-note.tsx'
import type { OfField } from './value.tsx'
import { isMoney, moneyInput } from './read-input.ts'
import './field.css'

const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'UAH', 'PLN']
const people = ['person', 'team', 'queue']

/** Whether there is an input for it: records are chosen where they are linked, groups by their parts. */
export function isEntered({ as, to, each }: Field): boolean {
  if (as === 'ref') return to?.some((kind) => people.includes(kind)) ?? false
  if (as === 'list') return each !== undefined && ['text', 'choice'].includes(each.as)
  return as !== 'group'
}

/** The input of a field; `readField` reads it from its form. */
export function Input(props: OfField & { label: string; autoFocus?: boolean }) {
  const { kind, name, field, value, label, autoFocus = false } = props
  const { words, language, me } = useSession()
  const common = { name, autoFocus, 'aria-label': label, className: 'field' }
  const said = (each: string) =>
    name === 'language' ? languageText(language, each) : valueTitle(words, kind, each)
  if (field.as === 'list' && field.each?.of)
    return (
      <span className="checks" role="group" aria-label={label}>
        {field.each.of.map((each) => (
          <label key={each}>
            <input
              type="checkbox"
              name={name}
              value={each}
              defaultChecked={Array.isArray(value) && value.includes(each)}
            />
            {valueTitle(words, kind, each)}
          </label>
        ))}
      </span>
    )
  if (field.as === 'list') {
    const items = Array.isArray(value) ? value.map(String) : []
    return <textarea {...common} rows={items.length + 1} defaultValue={items.join('\n')} />
  }
  if (field.as === 'flag')
    return <input type="checkbox" name={name} aria-label={label} defaultChecked={value === true} />
  if (field.as === 'choice')
    return (
      <Select common={common} isNeeded={field.isNeeded === true} value={value}>
        {(field.of ?? []).map((each) => ({ value: each, label: said(each) }))}
      </Select>
    )
  if (field.as === 'ref') return <SomeoneSelect common={common} field={field} value={value} />
  if (field.as === 'money') {
    const amount = isMoney(value) ? value : undefined
    const currency = amount?.currency ?? me.company.currency
    return (
      <span className="money">
        <input {...common} inputMode="decimal" defaultValue={amount && moneyInput(amount)} />
        <select
          className="field"
          name={`${name}.currency`}
          aria-label={`${label}: ISO 4217`}
          defaultValue={currency}
        >
          {[...new Set([currency, me.company.currency, ...currencies])].map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </span>
    )
  }
  const text = typeof value === 'string' || typeof value === 'number' ? value.toString() : ''
  if (field.isLong) return <textarea {...common} rows={4} defaultValue={text} />
  if (field.as === 'instant')
    return (
      <span className="instant">
        <input {...common} type="datetime-local" defaultValue={text && localText(Date.parse(text))} />
        <ZoneNote />
      </span>
    )
  if (field.as === 'day') return <input {...common} type="date" defaultValue={text} />
  if (field.as === 'number')
    return <input {...common} inputMode="numeric" type="number" defaultValue={text} />
  return <input {...common} autoComplete="off" defaultValue={text} />
}

function Select(props: {
  common: object
  isNeeded: boolean
  value: unknown
  children: readonly { value: string; label: string }[]
}) {
  return (
    <select {...props.common} defaultValue={typeof props.value === 'string' ? props.value : undefined}>
      {(!props.isNeeded || props.value === undefined) && <option value="">—</option>}
      {props.children.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  )
}

function SomeoneSelect({ common, field, value }: { common: object; field: Field; value: unknown }) {
  const { api } = useSession()
  const { data } = useQuery(peopleQuery(api))
  if (!data) return <input {...common} defaultValue={typeof value === 'string' ? value : ''} />
  const of = {
    person: data.people.map(({ id, name }) => ({ value: id, label: name })),
    team: data.teams.map(({ id, title }) => ({ value: id, label: title })),
    queue: data.queues.map(({ id, title }) => ({ value: id, label: title })),
  }
  const to = (field.to?.find((kind) => people.includes(kind)) ?? 'person') as keyof typeof of
  return (
    <Select common={common} isNeeded={field.isNeeded === true} value={value}>
      {of[to]}
    </Select>
  )
}
