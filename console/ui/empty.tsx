import type { ReactNode } from 'react'

/** Nothing to show: one sentence, and what to do. */
export const Empty = ({ children, action }: { children: ReactNode; action?: ReactNode }) => (
  <div className="empty">
    <p>{children}</p>
    {action}
  </div>
)

/** Grey rows of the final height. They come a moment late, so that a quick answer shows none. */
export const Waiting = ({ rows = 6, label }: { rows?: number; label: string }) => (
  <div className="waiting" role="status" aria-label={label}>
    {Array.from({ length: rows }, (_, at) => (
      <i key={at} />
    ))}
  </div>
)
