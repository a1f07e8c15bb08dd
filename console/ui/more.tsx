import { lazy, Suspense, useState, type ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { MenuEntry } from './menu.tsx'

const load = () => import('./menu.tsx')
const Menu = lazy(async () => ({ default: (await load()).Menu }))

/** Things to do behind a button. The menu itself comes when it is pressed, or about to be. */
export function More(props: {
  label: string
  entries: readonly MenuEntry[]
  className?: string
  children?: ReactNode
}) {
  const { label, entries, className = 'button plain square', children = <Icon name="dots" /> } = props
  const [isWanted, setWanted] = useState(false)
  const button = (
    <button
      type="button"
      className={className}
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWanted(true)}
    >
      {children}
    </button>
  )
  if (!isWanted) return button
  return (
    <Suspense fallback={button}>
      <Menu label={label} className={className} of={entries}>
        {children}
      </Menu>
    </Suspense>
  )
}
