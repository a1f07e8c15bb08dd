import { fieldsOf, type Item } from '../record/item.ts'
import { saidOf } from '../record/field.ts'
import type * as z from 'zod/mini'
import type { Write } from '../store/store.ts'
import { canonical } from '../table/content-hash.ts'

/** Kinds whose items a decision writes. */
export interface Written {
  name: string
  schema: { shape: Readonly<Record<string, z.core.$ZodType>> }
}

/** What comes of a decision. */
export interface Effects {
  writes: readonly Write[]
  /** what else is kept of it, and what follows when */
  rest?: object
}

/**
 * The name of what comes of a decision: 12 hexadecimal digits of SHA-256 over the canonical JSON of its writes without what
 * is personal. Two different outcomes have the same name once in 2^48 = 2.8e14: of a million decisions that are each
 * compared with their replay, a difference stays unseen with a probability of 4e-9.
 * Throws when it writes what is of none of the kinds: then nobody knows what of it is personal.
 */
export function nameOfEffects(
  { writes, rest }: Effects,
  kinds: readonly Written[],
  sha256: (text: string) => Uint8Array,
): string {
  const known = new Map(kinds.map(({ name, schema }) => [name, schema.shape]))
  const shown = writes.map((write) =>
    'item' in write ? { ...write, item: withoutPersonal(write.item, known.get(write.item.kind)) } : write,
  )
  const digest = sha256(canonical({ writes: shown, rest }))
  return [...digest.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function withoutPersonal(item: Item, shape: Written['schema']['shape'] | undefined): object {
  if (!shape) throw new Error(`nobody says what of a ${item.kind} is personal`)
  const { pk, sk, kind } = item
  const open = Object.entries(fieldsOf(item)).filter(
    ([name]) => !shape[name] || !saidOf(shape[name]).personal,
  )
  return { pk, sk, kind, ...Object.fromEntries(open) }
}
