import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { askAnew } from '../../api/anew.ts'
import type { Kind } from '../../api/kinds.ts'
import type { Values } from '../../api/file.ts'
import { Input, isEntered } from '../../part/field/input.tsx'
import { readField } from '../../part/field/read-input.ts'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { fieldTitle } from '../../words/name.ts'
import { faultText } from './facts.tsx'
import { words } from './words.ts'

/**
 * Asks for fields of a kind and sends them. The key is made when the dialog opens: a second click, or another try after a connection was
 * lost, is still one.
 * @param given what is sent with them
 */
export function Ask(props: {
  title: string
  kind: Kind
  fields: readonly { name: string; isNeeded: boolean }[]
  path: string
  given?: Values
  does: string
  onDone: (answer: Values) => void
  onClose: () => void
}) {
  const { api, words: shared } = useSession()
  const say = useWords(words)
  const queries = useQueryClient()
  const [key] = useState(() => crypto.randomUUID())
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const fields = props.fields.flatMap(({ name, isNeeded }) => {
    const field = props.kind.fields[name]
    return field && isEntered(field) ? [{ name, isNeeded, field }] : []
  })

  async function send(form: FormData): Promise<void> {
    const said = fields.flatMap(({ name, field }) => {
      const value = readField(field, name, form)
      return value === undefined ? [] : [[name, value] as const]
    })
    setBusy(true)
    try {
      const body = { ...props.given, ...Object.fromEntries(said) }
      const answer = await api.send<Values>('POST', props.path, body, { key })
      void askAnew(queries)
      props.onDone(answer)
    } catch (error) {
      setFault(faultText(error, { offline: say.offline, failed: shared.say.failed }))
      setBusy(false)
    }
  }

  return (
    <Dialog title={props.title} close={shared.say.close} onClose={props.onClose}>
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault()
          void send(new FormData(event.currentTarget))
        }}
      >
        {fields.map(({ name, isNeeded, field }, at) => {
          const label = fieldTitle(shared, props.kind.name, name)
          return (
            <div key={name} className="ask-field">
              <span aria-hidden="true">
                {label}
                {isNeeded && ' *'}
              </span>
              <Input
                kind={props.kind.name}
                name={name}
                field={{ ...field, ...(isNeeded && { isNeeded: true as const }) }}
                value={undefined}
                label={label}
                autoFocus={at === 0}
              />
            </div>
          )
        })}
        {fault !== undefined && <p role="alert">{fault}</p>}
        <Button type="submit" weight="primary" disabled={isBusy}>
          {props.does}
        </Button>
      </form>
    </Dialog>
  )
}

/** What is asked beside what has to be there, when a record is made: what one has at hand then. */
const alsoAsked: Readonly<Record<string, readonly string[]>> = {
  contact: ['position', 'phones', 'emails', 'says'],
  opportunity: ['amount', 'closeOn', 'nextStep', 'nextStepBy'],
  ticket: ['text', 'type', 'priority'],
  task: ['text'],
}

/** @param link the field that says where it is filed */
export function newFields(kind: Kind, link: string): { name: string; isNeeded: boolean }[] {
  const needed = Object.entries(kind.fields)
    .filter(([name, { isNeeded }]) => isNeeded && name !== link)
    .map(([name]) => ({ name, isNeeded: true }))
  return [...needed, ...(alsoAsked[kind.name] ?? []).map((name) => ({ name, isNeeded: false }))]
}
