declare module 'holdfast:kinds' {
  import type { Kind } from '#core/record/kind.ts'

  /** every kind of record that has a file of its own, by name */
  export const kinds: ReadonlyMap<string, Kind>
}
