import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { placeOf } from '../../api/kinds.ts'
import { workQuery } from '../../api/work.ts'
import { useOutbox } from '../../outbox.ts'
import { dealtWith } from '../../part/outbox/dealt.ts'
import { urgentAt } from '../../part/work-entry.ts'
import { useSession } from '../../session.tsx'
import { useAddress } from '../../ui/link.tsx'
import type { Place } from './head.tsx'

/** Where it stands in the reader's work, in the order of that list. What he has just dealt with is not in it any more. */
export function usePlace(id: string): Place {
  const { api, outbox } = useSession()
  const { kind } = useAddress()
  const { data } = useQuery(workQuery(api))
  const pending = useOutbox(outbox)
  return useMemo(() => {
    const done = dealtWith(pending)
    const list = (data?.work ?? [])
      .filter((each) => each.id === id || ((kind === undefined || each.kind === kind) && !done.has(each.id)))
      .toSorted((a, b) => urgentAt(a) - urgentAt(b))
    const at = list.findIndex((each) => each.id === id)
    const [previous, next] = [list[at - 1], list[at + 1]].map((each) => each && placeOf(each.id))
    return { at, of: list.length, search: { kind }, ...(previous && { previous }), ...(next && { next }) }
  }, [data, pending, id, kind])
}
