import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useSession, useWords } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { entryWords } from './entry-words.ts'
import { faultText } from './facts.tsx'
import { words } from './words.ts'

const parts = [
  ['state', ['given', 'withdrawn']],
  ['channel', ['email', 'phone', 'sms', 'post', 'messenger']],
  ['purpose', ['marketing', 'service', 'profiling', 'partners']],
  ['source', ['phone', 'in-person', 'email', 'paper', 'form', 'import', 'link']],
] as const

/** Keeps what somebody allowed or took back: nothing that was said before is overwritten. */
export function ConsentDialog({ url, onClose }: { url: string; onClose: () => void }) {
  const { api, words: shared } = useSession()
  const say = useWords(words)
  const { says } = useWords(entryWords)
  const queries = useQueryClient()
  const [key] = useState(() => crypto.randomUUID())
  const [fault, setFault] = useState<string>()
  const label = { state: say.stateOf, channel: say.channel, purpose: say.purpose, source: say.how }
  const called = (each: string): string => say.state[each as 'given'] ?? says[each] ?? each

  async function save(form: FormData): Promise<void> {
    try {
      await api.send('POST', `${url}/consents`, Object.fromEntries(form), { key })
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'people' })
      onClose()
    } catch (error) {
      setFault(faultText(error, { offline: say.offline, failed: shared.say.failed }))
    }
  }

  return (
    <Dialog title={say.consent} close={shared.say.close} onClose={onClose}>
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault()
          void save(new FormData(event.currentTarget))
        }}
      >
        {parts.map(([name, of]) => (
          <label key={name} className="ask-field">
            {label[name]}
            <select className="field" name={name}>
              {of.map((each) => (
                <option key={each} value={each}>
                  {called(each)}
                </option>
              ))}
            </select>
          </label>
        ))}
        {fault !== undefined && <p role="alert">{fault}</p>}
        <Button type="submit" weight="primary">
          {shared.say.save}
        </Button>
      </form>
    </Dialog>
  )
}
