import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

/* What time it is says the API, in the time zone of whoever is signed in: nothing of the console asks the browser for either. */

/** Files of the console that ask the browser's clock, and for what. */
const byOwnClock: Record<string, string> = {
  'console/clock.ts': 'how far it is from that of the API',
  'console/outbox.ts': 'how long a write of this browser is held',
  'console/sign-in.ts': 'how long a token is good, by its own seconds',
  'console/api/live.ts': 'when somebody touched this page last',
  'console/start.ts': 'when this page was loaded anew last',
  'console/shell/version.ts': 'how often this page asks for a newer one',
}

test('the console asks the clock of the API, and knows of one time zone in one place', () => {
  expect(timesOfBrowser(files())).toEqual([])
  const bad = [
    'const now = Date.now()',
    'const at = new Date()',
    'new Date(at).getHours()',
    'new Date(at).setHours(0, 0, 0, 0)',
    'at.toLocaleTimeString()',
    'new Intl.DateTimeFormat("en")',
  ]
  expect(timesOfBrowser(Object.fromEntries(bad.map((line, i) => [`console/${i}.tsx`, line])))).toHaveLength(
    bad.length,
  )
  expect(
    timesOfBrowser({
      'console/a.ts': 'new Date(at).toISOString()',
      'console/b.test.ts': 'Date.now()',
      'console/outbox.ts': 'Date.now()',
    }),
  ).toEqual([])
})

/** What writes times. */
const isOfWords = (path: string): boolean => /^console\/words\/(?:zone|format|prepare)\.ts$/.test(path)

type Files = Record<string, string>

function files(): Files {
  const root = resolve(import.meta.dirname, '..')
  const paths = globSync('console/**/*.{ts,tsx}', { cwd: root }).map((path) => path.replaceAll('\\', '/'))
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

function timesOfBrowser(all: Files): string[] {
  const clock = /\bDate\.now\b|\bnew Date\(\s*\)/
  const local =
    /\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|TimezoneOffset)\(|\.to(?:Date|Time|Locale\w*)String\(|\bIntl\.DateTimeFormat\b/
  return Object.entries(all)
    .filter(([path]) => !/\.test\.tsx?$/.test(path))
    .flatMap(([path, text]) => {
      const code = withoutComments(text)
      const found = [
        !Object.hasOwn(byOwnClock, path) && clock.exec(code),
        !isOfWords(path) && local.exec(code),
      ]
      return found.flatMap((each) => (each ? [`${path} uses ${each[0]}`] : []))
    })
}

/** Good enough for code that oxfmt has laid out: no string of ours holds a comment's beginning except in an address. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
