import type { Reached } from '#core/access/reach.ts'
import { activityKind } from '#core/kind/customer/activity.ts'
import { kindOfLine } from '#core/project/timeline.ts'
import type { Item, Line } from '#core/record/item.ts'
import type { Subject } from '#core/record/kind.ts'
import type { ReadableKind } from './access.ts'
import { hiddenIn, readableOf, type Files } from './filed.ts'

/** In which file entries lie, and who asks. */
interface Asking {
  /** where the record lies whose file it is */
  place: Reached
  /** the kinds of which the caller may read records */
  readable: ReadonlyMap<string, ReadableKind>
  files: Files
}

/**
 * What happened in a file without what is about records that the caller may not read: a customer's file also tells of calls
 * about the tickets of others. Who has a record is asked of its line, where one is at hand, else of the record itself.
 * @param beside items among which lines may be
 */
export async function withoutOthers(
  entries: readonly Item[],
  beside: readonly Item[],
  { place, readable, files }: Asking,
): Promise<Item[]> {
  const aboutOf = ({ kind, about }: Item): Subject | undefined =>
    kind === activityKind.kind ? (about as Subject | undefined) : undefined
  const abouts = new Map(entries.flatMap((item) => aboutOf(item) ?? []).map(({ id, kind }) => [id, kind]))
  if (!abouts.size) return [...entries]
  const hiddenOf = hiddenIn(place, readable)
  const seen = new Map<string, boolean>()
  for (const item of beside) {
    const kind = kindOfLine(files.kinds, item)
    const id = String(item.id)
    if (kind && abouts.has(id)) seen.set(id, hiddenOf(kind, { id, ...(item.line as Line) }) !== undefined)
  }
  const unsure = [...abouts].flatMap(([id, kind]) => (seen.has(id) || !readable.has(kind) ? [] : [id]))
  for (const { record } of await readableOf(unsure, readable, files)) seen.set(record.id, true)
  return entries.filter((item) => {
    const about = aboutOf(item)
    return !about || seen.get(about.id) === true
  })
}
