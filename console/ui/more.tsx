import { lazy, Suspense, useState } from 'react'
import { IconButton } from './button.tsx'
import type { MenuEntry } from './menu.tsx'

const load = () => import('./menu.tsx')
const MenuButton = lazy(async () => ({ default: (await load()).MenuButton }))

/** The button of a menu; the menu itself comes when it is pressed, or about to be. */
export function More({ label, entries }: { label: string; entries: readonly MenuEntry[] }) {
  const [isWanted, setWanted] = useState(false)
  const button = (
    <IconButton
      icon="dots"
      className="button plain square"
      label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWanted(true)}
    />
  )
  return isWanted ? (
    <Suspense fallback={button}>
      <MenuButton label={label} entries={entries} />
    </Suspense>
  ) : (
    button
  )
}
