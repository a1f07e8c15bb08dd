import type { Found } from '../../api/find.ts'
import { useSession, useWords } from '../../session.tsx'
import { fieldTitle, valueTitle } from '../../words/name.ts'
import { RecordMark } from '../record-mark.tsx'
import { reasonOf } from './found.ts'
import { words } from './words.ts'
import './found-row.css'

/** One that was found: what it is called, how it stands, and by what it was found. */
export function FoundRow({ found }: { found: Found }) {
  const { words: shared } = useSession()
  const say = useWords(words)
  const called = found.called ?? found.id
  const { status } = found.line
  const reason = reasonOf(found)
  const field = reason && fieldTitle(shared, found.kind, reason.field).toLocaleLowerCase()
  return (
    <span className="found-row">
      <RecordMark kind={found.kind} called={called} type={found.line.type} />
      <b>{called}</b>
      {typeof status === 'string' && <span className="soft">{valueTitle(shared, found.kind, status)}</span>}
      {reason && field !== undefined && (
        <small className="soft">{reason.isLike ? say.like(field) : say.because(field)}</small>
      )}
    </span>
  )
}
