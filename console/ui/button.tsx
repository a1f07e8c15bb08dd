import type { ComponentProps, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

/** `primary` does it now, one an area; `likely` is the other one; the rest is `plain`. `quiet` has no edge. */
export type Weight = 'primary' | 'likely' | 'plain' | 'quiet'

interface Look {
  weight?: Weight
  icon?: IconName
  /** the key that does the same, as it stands on it */
  keyName?: string
  small?: boolean
  children?: ReactNode
}

const lookOf = (weight: Weight, small: boolean): string => `button ${weight}${small ? ' small' : ''}`

export const Button = ({
  weight = 'plain',
  icon,
  keyName,
  small = false,
  children,
  ...more
}: Look & ComponentProps<'button'>) => (
  <button type="button" className={lookOf(weight, small)} {...more}>
    {icon && <Icon name={icon} />}
    {children}
    {keyName !== undefined && <kbd aria-hidden="true">{keyName}</kbd>}
  </button>
)

export const ButtonLink = ({
  weight = 'plain',
  icon,
  keyName,
  small = false,
  children,
  ...more
}: Look & ComponentProps<'a'>) => (
  <a className={lookOf(weight, small)} {...more}>
    {icon && <Icon name={icon} />}
    {children}
    {keyName !== undefined && <kbd aria-hidden="true">{keyName}</kbd>}
  </a>
)

/** A drawing alone: its name is heard and shown under the pointer. */
export const IconButton = ({
  icon,
  label,
  ...more
}: { icon: IconName; label: string } & ComponentProps<'button'>) => (
  <button type="button" className="button quiet square" aria-label={label} title={label} {...more}>
    <Icon name={icon} />
  </button>
)
