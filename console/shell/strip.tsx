import { useEffect, useSyncExternalStore } from 'react'
import { useOutbox, type Outbox } from '../outbox.ts'
import { useSession } from '../session.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Link } from '../ui/link.tsx'
import { useNewVersion } from './version.ts'

/** What is not as it should be, above every screen: no network, what waits, what was refused. */
export function Strip({ outbox }: { outbox: Outbox }) {
  const { words, say: tell } = useSession()
  const { say } = words
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine)
  const isOld = useNewVersion()
  const pending = useOutbox(outbox)
  useEffect(() => {
    const arrived = outbox.arrived()
    if (arrived.length) tell({ text: say.outbox.arrived(arrived.map(({ said }) => said).join('; ')) })
  }, [pending, outbox, say, tell])
  const waiting = pending.filter(({ state }) => state === 'waiting')
  const refused = pending.filter(({ state }) => state === 'refused')
  return (
    <div className="strips" role="status">
      {!isOnline && (
        <p className="strip soon">
          <Icon name="offline" /> {say.offline}
        </p>
      )}
      {isOld && (
        <p className="strip info">
          <Icon name="route" /> {say.newVersion}
          <Button small onClick={() => location.reload()}>
            {say.reload}
          </Button>
        </p>
      )}
      {waiting.length > 0 && (
        <p className="strip soon">
          <Icon name="clock" /> {say.outbox.waiting(waiting.length)}
          {isOnline && (
            <Button small onClick={outbox.again}>
              {say.outbox.send}
            </Button>
          )}
        </p>
      )}
      {refused.map(({ key, said, at, isOvertaken, refusal = '' }) => (
        <p className="strip late" key={key}>
          <Icon name="late" />{' '}
          <span>{say.outbox.refused(said, isOvertaken ? say.outbox.overtaken : refusal)}</span>
          <Link to={at.to} search={at.search ?? {}}>
            {say.outbox.look}
          </Link>
          <Button small onClick={() => outbox.discard(key)}>
            {say.discard}
          </Button>
        </p>
      ))}
    </div>
  )
}

function subscribe(tell: () => void): () => void {
  addEventListener('online', tell)
  addEventListener('offline', tell)
  return () => {
    removeEventListener('online', tell)
    removeEventListener('offline', tell)
  }
}
