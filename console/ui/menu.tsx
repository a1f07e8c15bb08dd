import { Menu as Base } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export interface MenuEntry {
  name: string
  icon?: IconName
  run: () => void
  /** why it cannot be done now: it is shown, and does nothing */
  why?: string | undefined
}

/** It is open when it comes: whoever loads it (more.tsx) has pressed the button. */
export const Menu = (props: {
  label: string
  className: string
  of: readonly MenuEntry[]
  children: ReactNode
}) => (
  <Base.Root defaultOpen modal={false}>
    <Base.Trigger autoFocus className={props.className} aria-label={props.label} title={props.label}>
      {props.children}
    </Base.Trigger>
    <Base.Portal>
      <Base.Positioner sideOffset={4} align="end" className="menu-place">
        <Base.Popup className="menu">
          {props.of.map(({ name, icon, run, why }) => (
            <Base.Item key={name} disabled={why !== undefined} onClick={run}>
              {icon && <Icon name={icon} />}
              <span>
                {name}
                {why !== undefined && <small className="menu-why">{why}</small>}
              </span>
            </Base.Item>
          ))}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
)
