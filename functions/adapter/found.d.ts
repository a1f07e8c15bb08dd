declare module 'holdfast:kinds' {
  import type { Kinds } from '#core/record/kind.ts'

  /** every kind of record that has a file of its own, by name */
  export const kinds: Kinds
}

declare module 'holdfast:verbs' {
  import type { Verbs } from '#core/workflow/verb.ts'

  /** every verb of the workflow language, by name */
  export const verbs: Verbs
}
