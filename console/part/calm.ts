import { useState } from 'react'

/**
 * A list in which nothing moves by itself: what comes while somebody looks at it waits until he lets it in, and what is gone stays where
 * it was until then. What he has done away with himself is gone at once, and what comes to an empty list moves nothing.
 * @param all as the API has it now; undefined: not yet
 * @param gone ids of what he has dealt with, in whichever tab
 */
export function useCalm<Entry extends { id: string }>(
  all: readonly Entry[] | undefined,
  gone: ReadonlySet<string>,
): { shown: readonly Entry[]; fresh: number; letIn: () => void } {
  const [held, setHeld] = useState<readonly Entry[]>()
  const [own, setOwn] = useState<ReadonlySet<string>>(() => new Set())
  if ([...gone].some((id) => !own.has(id))) setOwn(new Set([...own, ...gone]))
  const now = new Map((all ?? []).map((each) => [each.id, each]))
  const known = new Set((held ?? []).map(({ id }) => id))
  const fresh = (all ?? []).filter(({ id }) => !known.has(id) && !gone.has(id))
  const shown = (held ?? [])
    .filter(({ id }) => !gone.has(id) && (now.has(id) || !own.has(id)))
    .map((each) => now.get(each.id) ?? each)
  if (all && (!held || (shown.length === 0 && fresh.length > 0))) setHeld(all)
  return { shown, fresh: fresh.length, letIn: () => setHeld(all) }
}
