/** What operators published: built into each bundle from company/ and rules/ when the project is built. */
declare module 'holdfast:published' {
  import type { Published } from '#core/publish/published.ts'
  export const published: Published
}
