/* What Vite makes of a source, as far as the console uses it. */

interface ImportMeta {
  glob: <Module>(pattern: string, options: { eager: true }) => Record<string, Module>
}

declare module '*.css' {}
declare module 'holdfast:tokens.css' {}
declare module 'holdfast:kinds' {
  export const kinds: unknown
}
