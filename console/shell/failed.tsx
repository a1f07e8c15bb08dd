import { Refused } from '../api/client.ts'
import { useShown } from '../session.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'

/** What could not be read, why, and how to try again. */
export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  const { say } = useShown().words
  const refused = error instanceof Refused ? error : undefined
  const said = { 403: say.forbidden, 404: say.absent }[refused?.status ?? 0]
  return (
    <Empty
      action={
        said === undefined && (
          <Button icon="route" onClick={() => (reset ? reset() : location.reload())}>
            {say.again}
          </Button>
        )
      }
    >
      {said ?? say.failed}
      {refused?.requestId !== undefined && said === undefined && (
        <>
          {' '}
          <span className="number">{say.number(refused.requestId)}</span>
        </>
      )}
    </Empty>
  )
}
