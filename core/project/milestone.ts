import { milestoneKind } from '../kind/system/change.ts'
import { transitionOf } from '../record/event.ts'
import { fromItem, toItem, type Item } from '../record/item.ts'
import { subjectOf, type AnyRecord, type Kind, type Kinds } from '../record/kind.ts'
import type { Told } from './timeline.ts'

/** Whether transitions of a kind's records are told in their files: not where each is an activity already, as with leads. */
const hasMilestones = ({ silent, doors }: Kind): boolean => !silent && (doors?.includes('move') ?? true)

/** What a transition leaves among what happened; nothing of any other change. */
export function milestoneOf(
  kind: Kind,
  before: AnyRecord | undefined,
  after: AnyRecord | undefined,
): Item | undefined {
  if (!before || !after || before.version === after.version || !hasMilestones(kind)) return undefined
  const [what, move] = transitionOf(kind, before, after) ?? []
  if (what === undefined || move === undefined) return undefined
  return toItem(milestoneKind, {
    tenant: after.tenant,
    version: 1,
    subject: subjectOf(kind, after),
    at: String(after.updatedAt),
    to: after.version,
    what,
    state: move.to,
    by: after.updatedBy as string | undefined,
  })
}

/** The kind of whose record an item is a milestone, which says the status. */
export const kindOfMilestone = (kinds: Kinds, { kind, of }: Item): Kind | undefined =>
  kind === milestoneKind.kind ? kinds.get(String(of)) : undefined

/**
 * A milestone as a timeline has it, under the number of the event that announced it. Its title is that of today: of a
 * transition that is declared no more, its name.
 */
export function tellMilestone(item: Item, kinds: Kinds, nameOf: (id: string) => object): Told {
  const { at, to, what, state, by, subject } = fromItem(milestoneKind, item)
  return {
    at,
    kind: milestoneKind.kind,
    id: `${subject.id}.${to}`,
    what,
    title: kinds.get(subject.kind)?.lifecycle?.transitions[what]?.title ?? what,
    state,
    ...(by !== undefined && { by: nameOf(by) }),
  }
}
