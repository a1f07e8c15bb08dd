/* Modules that the build makes (infra/bundle.ts). */

/** What operators published: built into each bundle from company/, rules/, messages/ and workflows/ when the project is built. */
declare module 'holdfast:published' {
  import type { Published } from '#core/publish/published.ts'
  export const published: Omit<Published, 'messages' | 'until' | 'workflows'>
  export const until: Published['until']
  export const messages: Published['messages']
  export const workflows: Published['workflows']
}

declare module 'holdfast:engine' {
  /** names the code of core/ and pattern/ and the libraries that they use */
  export const engine: string
}

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

declare module 'holdfast:letters' {
  import type { Letters } from '#core/message/letter.ts'
  /** what only messages about single kinds have, by kind */
  export const letters: Letters
}

declare module 'holdfast:openapi' {
  /** the OpenAPI document of the API, as text */
  export const openapi: string
}

declare module 'holdfast:routes' {
  import type { RouteGroup } from '#core/api/door.ts'
  /** every route of the API, those of all kinds included */
  export const routes: readonly RouteGroup[]
}
