import type { ReactNode } from 'react'
import './green.css'

/** A value that automation has set: it answers "why?". */
export const Green = ({
  onAsk,
  isAsked,
  children,
}: {
  onAsk: () => void
  isAsked: boolean
  children: ReactNode
}) => (
  <button type="button" className="green" aria-expanded={isAsked} onClick={onAsk}>
    {children}
  </button>
)
