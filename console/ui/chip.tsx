import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

/** How urgent: each has a colour, a drawing and words of its own, so that none counts on the colour. */
export type Tone = 'late' | 'soon' | 'calm' | 'paused' | 'met'

const icons: Record<Tone, IconName> = {
  late: 'late',
  soon: 'clock',
  calm: 'clock',
  paused: 'pause',
  met: 'check',
}

/** @param title the exact moment, under the pointer */
export const Chip = ({ tone, title, children }: { tone: Tone; title?: string; children: ReactNode }) => (
  <span className={`chip ${tone}`} title={title}>
    <Icon name={icons[tone]} size={15} />
    {children}
  </span>
)

export const Tag = ({ children }: { children: ReactNode }) => <span className="tag">{children}</span>
