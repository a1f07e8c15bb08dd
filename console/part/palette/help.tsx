import { useState } from 'react'
import { activeKeys, keyText } from '../../keys.ts'
import { usePreferences, useSession, useWords } from '../../session.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { words } from '../find/words.ts'
import './help.css'

/** What the keys of this page do, the innermost first. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const shared = useSession().words.say
  const say = useWords(words)
  const isOff = usePreferences().withoutLetters === true
  const [layers] = useState(activeKeys)
  const all = layers.flatMap(({ said, keys }) =>
    Object.entries(said).filter(([key]) => Object.hasOwn(keys, key)),
  )
  return (
    <Dialog title={shared.keys} close={shared.close} onClose={onClose}>
      {isOff && <p className="soft">{say.keysOff}</p>}
      {all.length === 0 ? (
        <p>{say.nothingPressed}</p>
      ) : (
        <dl className="key-list">
          {all.map(([key, what]) => (
            <div key={key}>
              <dt>
                {key.split(' ').map((each) => (
                  <kbd key={each}>{keyText(each)}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      )}
    </Dialog>
  )
}
