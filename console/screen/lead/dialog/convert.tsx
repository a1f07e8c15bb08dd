import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Refused, whyRefused } from '../../../api/client.ts'
import { leadMatchesQuery, type Lead, type Match } from '../../../api/lead.ts'
import { useSession, useWords } from '../../../session.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { useGo } from '../../../ui/link.tsx'
import { moneyText } from '../../../words/format.ts'
import { fieldTitle, kindTitle } from '../../../words/name.ts'
import { words } from '../words.ts'
import './dialog.css'

/** Before a lead becomes a customer: who it may be already, else what will be made. */
export function Convert({ lead, called, onClose }: { lead: Lead; called: string; onClose: () => void }) {
  const { api, words: shared, language } = useSession()
  const { convert: say, changed } = useWords(words)
  const go = useGo()
  const { data, error } = useQuery(leadMatchesQuery(api, lead.id))
  const [chosen, setChosen] = useState<string>()
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const matches = (data?.matches ?? []).filter(({ convert }) => convert !== undefined)
  const isDone = data !== undefined || error !== null
  // The likeliest is proposed; whoever knows better says so.
  const match = matches.find(({ id }) => id === (chosen ?? matches[0]?.id))
  const { company, name } = lead.contact ?? {}

  async function convert(): Promise<void> {
    setBusy(true)
    try {
      const body = match?.convert ?? {}
      const made = await api.send<{ customer: { id: string } }>('POST', `/leads/${lead.id}/convert`, body, {
        key: `${key}.${match?.id ?? 'new'}`,
        ifMatch: `"${lead.version}"`,
      })
      onClose()
      go(`/customers/${made.customer.id}`)
    } catch (thrown) {
      setFault(faultText(thrown, { changed, failed: shared.say.failed }))
      setBusy(false)
    }
  }

  return (
    <Dialog title={say.title(called)} close={shared.say.close} onClose={onClose}>
      {!isDone && <p className="soft">{say.looking}</p>}
      {isDone && matches.length === 0 && <p>{say.unknown}</p>}
      {matches.length > 0 && (
        <fieldset className="pick">
          <legend>{say.known}</legend>
          {matches.map((each) => (
            <Candidate
              key={each.id}
              of={each}
              isChosen={each === match}
              onChoose={() => setChosen(each.id)}
            />
          ))}
          <label>
            <input type="radio" name="match" checked={match === undefined} onChange={() => setChosen('')} />
            <span>{say.fresh}</span>
          </label>
        </fieldset>
      )}
      {isDone && (
        <div>
          <p>{match ? say.joins(match.called) : say.makes}</p>
          <ul className="makes">
            {!match && <li>{say.customer(company ?? name ?? called)}</li>}
            {!match && company !== undefined && name !== undefined && <li>{say.contact(name)}</li>}
            <li>{say.opportunity(lead.budget ? moneyText(language, lead.budget) : say.withoutAmount)}</li>
          </ul>
        </div>
      )}
      <p className="soft">{say.won}</p>
      {fault !== undefined && <p role="alert">{fault}</p>}
      <div className="dialog-ends">
        <Button onClick={onClose}>{shared.say.cancel}</Button>
        <Button weight="primary" icon="customer" disabled={!isDone || isBusy} onClick={() => void convert()}>
          {match ? say.doJoin : say.do}
        </Button>
      </div>
    </Dialog>
  )
}

function Candidate({ of, isChosen, onChoose }: { of: Match; isChosen: boolean; onChoose: () => void }) {
  const { words: shared } = useSession()
  const { because } = useWords(words).convert
  return (
    <label>
      <input type="radio" name="match" checked={isChosen} onChange={onChoose} />
      <span>
        <b>{of.called}</b> · {kindTitle(shared, of.kind)}
        <small className="soft">
          {of.because
            .map(
              ({ lead, asked, how }) =>
                `${fieldTitle(shared, 'lead', lead)} ${asked}: ${because[how] ?? how}`,
            )
            .join(' · ')}
        </small>
      </span>
    </label>
  )
}

function faultText(error: unknown, { changed, failed }: { changed: string; failed: string }): string {
  if (!(error instanceof Refused)) return failed
  return error.status === 412 ? changed : whyRefused(error)
}
