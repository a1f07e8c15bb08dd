import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, type Plugin } from 'vite'
import * as theme from '#core/html/theme.ts'
import { outlineOf } from '#core/api/kind-outline.ts'
import { findVocabulary } from './found.ts'

/**
 * Builds the web application into `outDir`: `index.html`, `assets/` with names by their content, `version.json`. All addresses in it
 * begin with `/app/`, where it is served.
 * @param root folder of the project
 */
export async function buildConsole(outDir: string, root = resolve(import.meta.dirname, '..')): Promise<void> {
  if (!existsSync(join(root, 'console'))) return withoutConsole(outDir)
  const { kinds } = await findVocabulary(root)
  await build({
    configFile: false,
    root: join(root, 'console'),
    base: '/app/',
    logLevel: 'warn',
    mode: 'production',
    // Whatever it is where it is built: libraries carry what helps their users to find mistakes.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    publicDir: false,
    plugins: [
      virtual('holdfast:tokens.css', tokens),
      preloaded,
      compiledEarly,
      virtual('holdfast:kinds', `export const kinds = ${JSON.stringify([...kinds.values()].map(outlineOf))}`),
    ],
    build: {
      outDir,
      emptyOutDir: true,
      // The browsers of 2024 and later, which have what the style sheets use.
      target: ['chrome125', 'firefox128', 'safari17.4'],
      modulePreload: { polyfill: false },
      // Fonts as files: a policy that lets `data:` in for images does not for them.
      assetsInlineLimit: 0,
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              // What the page begins with, before all that draws.
              {
                name: 'start',
                test: /\/oauth4webapi\/|\/console\/(?:screen\/[\w-]+\/screen\.ts|(?:start|sign-in|screen|preference)\.ts|words\/(?:dictionary|language|prepare|stuck|kind\/merged)\.ts|api\/(?:client|others|address)\.ts)$/,
              },
              // The largest part, alone: one is compiled while the other still comes.
              { name: 'react', test: /\/node_modules\/(?:react|react-dom|scheduler)\// },
              // What every screen stands on is one file, however many screens there are; a widget that is wanted seldom stays alone.
              {
                name: 'floor',
                test: /\/console\/(?:(?:api|shell)\/|ui\/(?!menu\.)|words\/(?!en|uk|ru)|[\w-]+\.tsx?$)/,
              },
              // What several screens are made of, but what is seldom opened.
              { name: 'part', test: /\/console\/part\/(?!palette|why|find)/, minShareCount: 2 },
              // What is loaded late from a screen needs its words, and nothing else of it.
              {
                debugName: 'words of screens',
                name: (id) => screenOfWords(id),
                test: (id) => screenOfWords(id) !== undefined,
              },
            ],
          },
        },
        // Libraries mark for servers what runs in browsers only; here all does.
        onwarn: (warning, warn) => {
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
        },
      },
    },
  })
  const content =
    readdirSync(join(outDir, 'assets')).toSorted().join('\n') +
    readFileSync(join(outDir, 'index.html'), 'utf8')
  const version = createHash('sha256').update(content).digest('hex').slice(0, 16)
  writeFileSync(join(outDir, 'version.json'), JSON.stringify({ version }))
}

/** Of sources that have none: what serves it has something to serve. */
function withoutConsole(outDir: string): void {
  rmSync(outDir, { recursive: true, force: true })
  mkdirSync(join(outDir, 'assets'), { recursive: true })
  writeFileSync(join(outDir, 'assets', 'none.css'), 'body{margin:2rem}\n')
  writeFileSync(
    join(outDir, 'index.html'),
    '<!doctype html><html lang="en"><title>Holdfast</title><link rel="stylesheet" href="/app/assets/none.css"><h1>Holdfast</h1><p>The console is not part of this build.</p></html>\n',
  )
  writeFileSync(join(outDir, 'version.json'), JSON.stringify({ version: 'none' }))
}

/** Of the words of a screen, what their file is called. */
function screenOfWords(id: string): string | undefined {
  const [, screen] = /\/console\/screen\/([\w-]+)\/words(?:-\w+)?\.ts$/.exec(id) ?? []
  return screen && `${screen}-words`
}

/** A module that is made here. */
function virtual(name: string, content: string): Plugin {
  const id = `\0${name}`
  return {
    name,
    resolveId: (asked) => (asked === name ? id : undefined),
    load: (asked) => (asked === id ? content : undefined),
  }
}

/** What draws is asked for with the page, beside the small script that begins. */
const preloaded: Plugin = {
  name: 'holdfast:preloaded',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) => {
      const chunks = Object.values(bundle).filter((each) => each.type === 'chunk')
      const needed = (fileName: string): string[] => {
        const chunk = chunks.find((each) => each.fileName === fileName)
        return [fileName, ...(chunk?.imports.flatMap(needed) ?? [])]
      }
      const begins = chunks.find(({ isEntry }) => isEntry)
      const draws = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith('/console/main.tsx')))
      if (!begins || !draws)
        throw new Error('console/index.html begins with no script that loads console/main.tsx')
      const there = new Set(needed(begins.fileName))
      return [...new Set(needed(draws.fileName))]
        .filter((each) => !there.has(each))
        .map((each) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/app/${each}` },
          injectTo: 'head' as const,
        }))
    },
  },
}

/**
 * What the first picture needs is compiled while it comes, beside the main thread, and not function by function when it is called: Chrome
 * does so for a file that begins like this (136 and later); for others it is a comment.
 */
const compiledEarly: Plugin = {
  name: 'holdfast:compiled-early',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk') chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`
    },
  },
}

const light = `${theme.properties(theme.light)};${theme.properties(theme.consoleLight)};${theme.properties(theme.elevation)}`
const dark = `${theme.properties(theme.dark)};${theme.properties(theme.consoleDark)}`

/** Custom properties of the one theme, by what somebody has chosen, else by what his system says. */
const tokens = `@layer tokens{
:root{color-scheme:light dark;${light}}
@media(prefers-color-scheme:dark){:root{${dark}}}
:root[data-theme=light]{color-scheme:light;${light}}
:root[data-theme=dark]{color-scheme:dark;${dark}}
}`
