/** What operators published: built into each bundle from company/, rules/, messages/ and workflows/ when the project is built. */
declare module 'holdfast:published' {
  import type { Published } from '#core/publish/published.ts'
  export const published: Omit<Published, 'messages'>
  export const messages: Published['messages']
}
