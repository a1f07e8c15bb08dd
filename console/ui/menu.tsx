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

/** Things to do behind a button. Loaded when it is needed: `lazy(() => import('../ui/menu.tsx'))`. */
export const Menu = (props: {
  label: string
  className: string
  of: readonly MenuEntry[]
  children: ReactNode
}) => (
  <Base.Root modal={false}>
    <Base.Trigger className={props.className} aria-label={props.label} title={props.label}>
      {props.children}
    </Base.Trigger>
    <Base.Portal>
      <Base.Positioner sideOffset={4} align="end">
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
