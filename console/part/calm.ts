import { useState } from 'react'

/**
 * A list in which nothing moves by itself: what comes while somebody looks at it waits until he lets it in, and what is gone stays where
 * it was until then. What he has done away with himself is gone at once.
 * @param all as the API has it now; undefined: not yet
 * @param gone ids of what he has dealt with
 */
export function useCalm<Entry extends { id: string }>(
  all: readonly Entry[] | undefined,
  gone: ReadonlySet<string>,
): { shown: readonly Entry[]; fresh: number; letIn: () => void } {
  const [held, setHeld] = useState<readonly Entry[]>()
  const now = new Map((all ?? []).map((each) => [each.id, each]))
  if (all && !held) setHeld(all)
  const known = new Set((held ?? []).map(({ id }) => id))
  return {
    shown: (held ?? []).filter(({ id }) => !gone.has(id)).map((each) => now.get(each.id) ?? each),
    fresh: (all ?? []).filter(({ id }) => !known.has(id)).length,
    letIn: () => setHeld(all),
  }
}
