import { useShown } from '../session.tsx'
import { Empty } from '../ui/empty.tsx'
import { Link } from '../ui/link.tsx'

export function NotFound() {
  const { say } = useShown().words
  return <Empty action={<Link to="/">{say.back}</Link>}>{say.absent}</Empty>
}
