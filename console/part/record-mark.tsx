import { Avatar } from '../ui/person.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'

const icons: Readonly<Record<string, IconName>> = {
  ticket: 'ticket',
  opportunity: 'money',
  task: 'check',
  meeting: 'meeting',
  file: 'file',
  view: 'form',
  alert: 'bell',
}

/** What a record is, at a glance: somebody by his letters, a company too, work by its drawing. */
export const RecordMark = (props: { kind: string; called: string; type?: unknown; size?: 24 | 48 }) => {
  const { kind, called, type, size = 24 } = props
  const icon = icons[kind]
  if (icon === undefined)
    return <Avatar name={called} size={size} square={kind === 'customer' && type === 'company'} />
  return (
    <span className={`avatar avatar-${size} ground-4 square`} aria-hidden="true">
      <Icon name={icon} size={size === 24 ? 15 : 24} />
    </span>
  )
}
