import { useEffect } from 'react'
import type { Notice } from '../session.tsx'
import { useShown } from '../session.tsx'
import { Button, IconButton } from '../ui/button.tsx'

/** What was done, and how it is taken back: read to whoever does not see it, gone after a while. */
export function Notices({ notice, onGone }: { notice: Notice | undefined; onGone: () => void }) {
  const { say } = useShown().words
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(onGone, notice.lasts ?? 10_000)
    return () => clearTimeout(timer)
  }, [notice, onGone])
  return (
    <div className="notices" role="status">
      {notice && (
        <div className="notice">
          <span>{notice.text}</span>
          {notice.action && (
            <Button
              small
              onClick={() => {
                onGone()
                notice.action!.act()
              }}
            >
              {notice.action.label}
            </Button>
          )}
          <IconButton icon="cross" label={say.close} onClick={onGone} />
        </div>
      )}
    </div>
  )
}
