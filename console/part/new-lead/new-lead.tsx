import { useRef, useState } from 'react'
import { Refused, whyRefused } from '../../api/client.ts'
import { useSession } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useGo } from '../../ui/link.tsx'
import { valueTitle } from '../../words/name.ts'
import './new-lead.css'

const channels = ['phone', 'email', 'chat', 'event', 'social', 'pos'] as const
const fields = ['name', 'company', 'phone', 'email'] as const
const types = { name: 'text', company: 'text', phone: 'tel', email: 'email' } as const

/**
 * A lead that came by telephone or through the door. Its key is made when the form opens: a second click, or another try after a
 * connection was lost, is still one lead.
 */
export function NewLead({ onClose }: { onClose: () => void }) {
  const { api, words, say } = useSession()
  const { newLead } = words.say
  const go = useGo()
  const form = useRef<HTMLFormElement>(null)
  const [key] = useState(() => crypto.randomUUID())
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function save(isTaken: boolean): Promise<void> {
    const said = Object.fromEntries([...new FormData(form.current!)].filter(([, value]) => value !== ''))
    if (!said.name && !said.phone && !said.email) return setFault(newLead.needed)
    setBusy(true)
    try {
      const { leadId } = await api.send<{ leadId: string }>('POST', '/leads', said, { key })
      if (isTaken)
        await api.send('POST', `/leads/${leadId}/activities`, { what: 'take' }, { key: `${key}.take` })
      say({ text: newLead.saved })
      onClose()
      if (isTaken) go(`/leads/${leadId}`)
    } catch (error) {
      setFault(error instanceof Refused ? whyRefused(error) : words.say.failed)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog title={newLead.title} close={words.say.close} onClose={onClose}>
      <form
        ref={form}
        className="new-lead"
        onSubmit={(event) => {
          event.preventDefault()
          void save(false)
        }}
      >
        <label>
          {newLead.by}
          <select className="field" name="channel">
            {channels.map((each) => (
              <option key={each} value={each}>
                {valueTitle(words, 'lead', each)}
              </option>
            ))}
          </select>
        </label>
        {fields.map((name) => (
          <label key={name}>
            {newLead[name]}
            <input className="field" name={name} type={types[name]} autoComplete="off" />
          </label>
        ))}
        <label className="wide">
          {newLead.message}
          <textarea className="field" name="message" rows={3} />
        </label>
        {fault !== undefined && <p role="alert">{fault}</p>}
        <div className="new-lead-ends">
          <Button type="submit" weight="primary" disabled={isBusy}>
            {newLead.save}
          </Button>
          <Button disabled={isBusy} onClick={() => void save(true)}>
            {newLead.take}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
