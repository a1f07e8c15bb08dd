import { useId } from 'react'
import type { Pending } from '../../outbox.ts'
import { useSession } from '../../session.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useWrite } from './write.ts'
import './held.css'

/** What was recorded and is not sent yet, by name, and how each is taken back. What was refused stands above every screen. */
export function Held({ entries }: { entries: readonly Pending[] }) {
  const { undo, outbox } = useSession().words.say
  const { takeBack } = useWrite()
  const own = useId()
  const shown = entries.filter(({ state }) => state !== 'refused')
  if (shown.length === 0) return null
  return (
    <section className="held" aria-labelledby={own}>
      <h2 className="soft" id={own}>
        {outbox.held} <span className="number">{shown.length}</span>
      </h2>
      <ul>
        {shown.map((entry) => (
          <li key={entry.key}>
            <Icon name="clock" size={16} />
            <span>{entry.said}</span>
            {entry.state === 'held' ? (
              <Button small aria-label={`${undo}: ${entry.said}`} onClick={() => takeBack(entry)}>
                {undo}
              </Button>
            ) : (
              <span className="soft">{outbox.waits}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
