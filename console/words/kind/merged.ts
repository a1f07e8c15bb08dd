import type { KindWords } from '../../../core/words/kind/kind-words.ts'

export type ByKind = Readonly<Record<string, KindWords>>

/** What e-mails call kinds and what the console shows beside that, in one. */
export function merged(told: ByKind, shown: ByKind): ByKind {
  const names = new Set([...Object.keys(told), ...Object.keys(shown)])
  return Object.fromEntries(
    [...names].map((name) => {
      const [a, b] = [told[name], shown[name]]
      const title = b?.title ?? a?.title ?? name
      return [name, { title, fields: { ...a?.fields, ...b?.fields }, values: { ...a?.values, ...b?.values } }]
    }),
  )
}
