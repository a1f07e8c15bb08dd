import type { Kind } from '../../api/kinds.ts'

/** A transition of a life-cycle, as it stands with a record. */
export interface Move {
  name: string
  from: readonly string[]
  isPossible: boolean
  /** what has to be said with it, and what may be */
  asks: readonly { name: string; isNeeded: boolean }[]
}

/** What is possible now comes first. What is there already is not asked for again. */
export function movesOf(
  kind: Kind,
  record: Readonly<Record<string, unknown>>,
  may: (name: string) => boolean,
): Move[] {
  // People lead some kinds by activities alone.
  if (!kind.doors.includes('move')) return []
  return Object.entries(kind.transitions)
    .filter(([name]) => may(name))
    .map(([name, { from, needs, takes }]) => ({
      name,
      from,
      isPossible: from.includes(String(record.status)),
      asks: [
        ...needs
          .filter((field) => record[field] === undefined)
          .map((field) => ({ name: field, isNeeded: true })),
        ...takes.map((field) => ({ name: field, isNeeded: false })),
      ],
    }))
    .toSorted((a, b) => Number(b.isPossible) - Number(a.isPossible))
}
