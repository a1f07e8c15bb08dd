import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Refused, Unreachable, whyRefused } from '../../api/client.ts'
import type { Stored } from '../../api/file.ts'
import type { Field, Kind } from '../../api/kinds.ts'
import { mayDo } from '../../api/me.ts'
import { Input, isEntered } from '../../part/field/input.tsx'
import { readField } from '../../part/field/read-input.ts'
import { Value } from '../../part/field/value.tsx'
import { useSession, useWords } from '../../session.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { fieldTitle } from '../../words/name.ts'
import { saveField } from './save.ts'
import { words } from './words.ts'

/** Of every record; they stand below the others. */
const bookkeeping = ['createdAt', 'createdBy', 'updatedAt', 'updatedBy', 'closedAt', 'id']
const unshown = ['version', 'status', 'runId', ...bookkeeping]

const hasValue = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)

/** All that is known of a record, in the order in which its kind declares it. What may be changed is changed where it stands. */
export function RecordFacts({ kind, record, onSeen }: { kind: Kind; record: Stored; onSeen: () => void }) {
  const { me, words: shared } = useSession()
  const say = useWords(words)
  const [isAll, setAll] = useState(false)
  const fields = Object.entries(kind.fields)
  const hidden = me.may[kind.name]?.hidden ?? []
  const own = fields.filter(
    ([name, { isDerived }]) => !unshown.includes(name) && !hidden.includes(name) && !isDerived,
  )
  const empty = own.filter(([name]) => !hasValue(record[name]))
  const mayChange = kind.doors.includes('change') && mayDo(me, kind.name, 'change')
  const row = ([name, field]: [string, Field]) => (
    <Fact
      key={name}
      kind={kind}
      name={name}
      field={field}
      record={record}
      isFixed={!mayChange || field.isGiven === true || !isEntered(field)}
      onSeen={onSeen}
    />
  )
  const plain = (names: [string, Field][]) =>
    names.map(([name, field]) => (
      <div key={name}>
        <dt>{fieldTitle(shared, kind.name, name)}</dt>
        <dd>
          <Value
            kind={kind.name}
            name={name}
            field={name.endsWith('By') ? { ...field, as: 'ref', to: ['person'] } : field}
            value={record[name]}
          />
        </dd>
      </div>
    ))
  const derived = fields.filter(([name, { isDerived }]) => isDerived && hasValue(record[name]))
  return (
    <>
      <section>
        <h2>{say.facts}</h2>
        <dl className="facts">{own.filter(([name]) => isAll || hasValue(record[name])).map(row)}</dl>
        {empty.length > 0 && (
          <Button
            small
            weight="quiet"
            icon={isAll ? 'up' : 'down'}
            onClick={() => setAll(!isAll)}
            aria-expanded={isAll}
          >
            {isAll ? say.fewer : say.empty(empty.length)}
          </Button>
        )}
      </section>
      {derived.length > 0 && (
        <section>
          <h2>{say.computed}</h2>
          <dl className="facts">{plain(derived)}</dl>
        </section>
      )}
      <section>
        <h2>{say.kept}</h2>
        <dl className="facts soft-facts">
          {plain(fields.filter(([name]) => bookkeeping.includes(name) && hasValue(record[name])))}
        </dl>
      </section>
    </>
  )
}

interface FactProps {
  kind: Kind
  name: string
  field: Field
  record: Stored
  isFixed: boolean
  onSeen: () => void
}

function Fact({ kind, name, field, record, isFixed, onSeen }: FactProps) {
  const { words: shared } = useSession()
  const say = useWords(words)
  // As it was when somebody began: what comes meanwhile does not change what he has seen.
  const [before, setBefore] = useState<Stored>()
  const label = fieldTitle(shared, kind.name, name)
  const shown = { kind: kind.name, name, field, value: record[name] }
  return (
    <div className={before ? 'fact editing' : 'fact'}>
      <dt>{label}</dt>
      <dd>
        {before ? (
          <Editor
            of={{ kind, name, field, record: before }}
            label={label}
            onEnd={(isSaved) => {
              setBefore(undefined)
              if (isSaved) onSeen()
            }}
          />
        ) : (
          <>
            <Value {...shown} />
            {!isFixed && (
              <IconButton icon="edit" label={say.change(label)} onClick={() => setBefore(record)} />
            )}
          </>
        )}
      </dd>
    </div>
  )
}

function Editor(props: {
  of: { kind: Kind; name: string; field: Field; record: Stored }
  label: string
  onEnd: (isSaved: boolean) => void
}) {
  const { kind, name, field, record } = props.of
  const { api, words: shared } = useSession()
  const say = useWords(words)
  const queries = useQueryClient()
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [conflict, setConflict] = useState<{ current: Stored; mine: unknown }>()

  async function save(value: unknown, before: Stored): Promise<void> {
    setBusy(true)
    try {
      const current = await saveField(api, {
        url: `/${kind.plural}/${record.id}`,
        field: name,
        value,
        before,
      })
      if (current) return setConflict({ current, mine: value })
      await queries.invalidateQueries({ queryKey: ['file', record.id] })
      void queries.invalidateQueries({ queryKey: ['record', record.id] })
      props.onEnd(true)
    } catch (error) {
      setFault(faultText(error, { offline: say.offline, failed: shared.say.failed }))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className="fact-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save(readField(field, name, new FormData(event.currentTarget)), record)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !conflict) props.onEnd(false)
      }}
    >
      <Input kind={kind.name} name={name} field={field} value={record[name]} label={props.label} autoFocus />
      <span className="fact-ends">
        <Button small type="submit" weight="likely" disabled={isBusy}>
          {shared.say.save}
        </Button>
        <Button small weight="quiet" onClick={() => props.onEnd(false)}>
          {shared.say.cancel}
        </Button>
      </span>
      {fault !== undefined && <p role="alert">{fault}</p>}
      {conflict && (
        <Dialog title={say.conflict} close={shared.say.close} onClose={() => setConflict(undefined)}>
          <p>{say.conflictOf(props.label)}</p>
          <div className="versions">
            {(['theirs', 'mine'] as const).map((side) => (
              <section key={side} aria-label={say[side]}>
                <h3 className="soft">{say[side]}</h3>
                <Value
                  kind={kind.name}
                  name={name}
                  field={field}
                  value={side === 'mine' ? conflict.mine : conflict.current[name]}
                />
              </section>
            ))}
            <Button data-first onClick={() => props.onEnd(true)}>
              {say.keepTheirs}
            </Button>
            <Button weight="likely" onClick={() => void save(conflict.mine, conflict.current)}>
              {say.putMine}
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  )
}

/** Why it was not done, for people. */
export function faultText(error: unknown, say: { offline: string; failed: string }): string {
  if (error instanceof Unreachable) return say.offline
  return error instanceof Refused ? whyRefused(error) : say.failed
}
