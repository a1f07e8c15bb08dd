import { derivedKind } from '../kind/system/derived.ts'
import { changedFields, type DomainEvent } from '../record/event.ts'
import { fromItem, type Item } from '../record/item.ts'
import type { Kinds } from '../record/kind.ts'
import { planName, valuesAt } from './derived.ts'

/**
 * The event of derived fields that have changed: `<kind>.updated`, with these fields alone, since nothing else of the record
 * has changed and nobody reads it for this. Both states are seen at one moment, that of the newer one, so that what time
 * alone has changed is no news.
 */
export function derivedEventOf(kinds: Kinds, before: Item | undefined, after: Item): DomainEvent | undefined {
  if (after.version === before?.version) return undefined
  const { tenant, subject, version, at, plan: name, parts, hop } = fromItem(derivedKind, after)
  const plan = kinds.get(subject.kind)?.derived
  if (!plan || name !== planName(plan)) return undefined
  const now = Date.parse(at)
  const earlier = before && fromItem(derivedKind, before)
  const was = valuesAt(plan, earlier?.plan === name ? earlier.parts : {}, now)
  const is = valuesAt(plan, parts, now)
  const changed = changedFields(was, is)
  if (!changed.length) return undefined
  return {
    type: `${subject.kind}.updated`,
    detail: {
      // Not one of the record's own versions.
      ref: {
        tenant,
        kind: subject.kind,
        id: subject.id,
        eventId: `${subject.id}.d${version}`,
        hop: hop ?? 0,
      },
      changed,
      old: Object.fromEntries(changed.flatMap((field) => (field in was ? [[field, was[field]]] : []))),
      [subject.kind]: is,
    },
  }
}
