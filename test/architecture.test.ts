import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const inBrowsers = ['react', 'react-dom', '@tanstack', '@base-ui', 'oauth4webapi', 'holdfast:tokens.css']
const shown = ['core/record', 'core/kind', 'core/money', 'core/api/kind-outline.ts', 'core/time/zone.ts']

/**
 * Who may import whom. A folder with code needs a row here, of its own or above it; a package stands for itself and all below it, `node:`
 * for every module of Node.
 */
const mayImport: Record<string, readonly string[] | 'anything'> = {
  // packages of their own inside the house, as local/table: others will want them
  pattern: ['pattern'],
  core: ['core', 'pattern', 'zod', 'jsonata', 'libphonenumber-js'],
  functions: [
    'core',
    'functions',
    'zod',
    '@aws-sdk',
    '@middy',
    'aws-lambda',
    'jose',
    'holdfast:engine',
    'holdfast:kinds',
    'holdfast:verbs',
    'holdfast:letters',
    'holdfast:routes',
    'node:',
  ],
  infra: ['core', 'pattern', 'infra', 'aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'vite', 'node:'],
  // nothing of core, functions or infra: that it runs proves that the synthesized output is enough
  local: ['local', 'jose', 'jsonata', 'node:'],
  'local/table': ['local/table', 'node:'],
  console: [...shown, ...inBrowsers, 'console', 'core/words', 'core/html/theme.ts', 'holdfast:kinds'],
  // what every screen draws with: no data, no words
  'console/ui': ['console/ui', 'react', '@base-ui', '@tanstack'],
  // the nouns and verbs of the core as the build finds them
  cli: ['cli', 'core', 'pattern', 'infra/found.ts', 'jose', 'yaml', 'zod', 'node:'],
  company: [],
  test: 'anything',
  bench: 'anything',
}

/** Single files that may import what their folder may not. */
const exceptions: Record<string, readonly string[]> = {
  // opened per tenant and version, and read nowhere else
  'functions/adapter/published.ts': ['holdfast:published'],
  // the group commit that the engine is given
  'local/table/engine.test.ts': ['local/durable.ts'],
  'functions/adapter/bucket/object.ts': ['file-type'],
  'functions/api/openapi.ts': ['holdfast:openapi'],
  // keeps the places of values; only runs at synth, so no parser gets into a bundle
  'core/source/yaml.ts': ['yaml'],
  'cli/sheet/book.ts': ['fflate'],
  'cli/sheet/workbook.ts': ['write-excel-file'],
  'cli/sheet/xml.ts': ['saxen'],
  // accounts of a user pool, with the credentials of whoever runs the command
  'cli/account/user-pool.ts': ['@aws-sdk'],
  // secrets of an instance on AWS
  'cli/secret.ts': ['@aws-sdk'],
  // reads an AWS account for its owner; never a part of what runs
  'cli/doctor/account.ts': ['@aws-sdk'],
  // worlds of tests, which take their folders away after them
  'local/bus/fixture.ts': ['vitest'],
  'local/state-machine/fixture/simulated.ts': ['vitest'],
  // the one place where deployment and embedded cloud meet
  'infra/start.mjs': ['local'],
}

/** Beside the code that they test. */
const testTools = ['vitest', 'fast-check', 'node:', 'test']

/**
 * Floors of the core: machinery knows nothing of it, nouns know the machinery, engines know no noun (they get kinds and verbs
 * as an argument; what they write is bookkeeping of the system) and nothing that is decided about one. Languages, and what
 * serves all kinds alike, write nothing: they know no kind at all.
 */
const nouns = ['core/kind']
const bookkeeping = 'core/kind/system'
const aboutNouns = ['core/sales', 'core/intake']
/** How single texts and bodies are read, whatever they belong to. */
const readings = ['core/intake/read', 'core/intake/body']
const writing = ['workflow', 'watch', 'assign', 'store', 'project', 'simulate'].map((name) => `core/${name}`)
const kindless = [
  ...['access', 'api', 'company', 'money', 'publish', 'query', 'source', 'table', 'time'].map(
    (name) => `core/${name}`,
  ),
  'core/workflow/validate.ts',
  'core/workflow/compile.ts',
  'core/workflow/schema.ts',
  'core/workflow/verb.ts',
]
const engines = [...writing, ...kindless]

/** Single files that still know a noun. */
const knowsNoun: Record<string, readonly string[]> = {
  // who is away is what it is about
  'core/assign/roster.ts': ['core/kind/people/absence.ts'],
}

type Files = Record<string, string>

const root = resolve(import.meta.dirname, '..')
const files: Files = Object.fromEntries(
  globSync('*/**/*.{ts,tsx,mjs,js}', {
    cwd: root,
    exclude: (path) => path.includes('node_modules') || path.startsWith('.') || path.startsWith('cdk.out'),
  })
    .map((path) => path.replaceAll('\\', '/'))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)

test('imports follow the table of folders', () => {
  expect(forbiddenImports(files)).toEqual([])
})

test('a forbidden import is found however it is written', () => {
  expect(
    forbiddenImports({
      'core/a.ts': `import { readFileSync } from 'node:fs'\nimport type { Table } from '../functions/adapter/table.ts'`,
      'core/b.ts': `import * as z from 'zod'\nimport { c } from './c.ts'\nexport * from '#core/d.ts'`,
      'core/b.test.ts': `import { test } from 'vitest'\nimport '#local/clock.ts'`,
      'functions/api/a.ts': `const { b } = await import('#infra/b.ts')\nimport '@aws-sdk/client-sfn'`,
      'local/a.ts': `import {\n  a,\n} from '#core/a.ts'\nimport { jwtVerify } from 'jose'`,
      'local/table/a.ts': `import { clock } from '../clock.ts'\nimport { b } from './b.ts'`,
      'infra/build.ts': `import { main } from '../local/main.ts'`,
      'console/a.ts': `import { lead } from '#core/kind/sales/lead.ts'\nimport { decide } from '#core/table/table.ts'`,
      'lambda/a.ts': ``,
    }),
  ).toEqual([
    'core/a.ts imports node:fs',
    'core/a.ts imports functions/adapter/table.ts',
    'core/b.test.ts imports local/clock.ts',
    'functions/api/a.ts imports infra/b.ts',
    'local/a.ts imports core/a.ts',
    'local/table/a.ts imports local/clock.ts',
    'infra/build.ts imports local/main.ts',
    'console/a.ts imports core/table/table.ts',
    'lambda/a.ts lies in a folder without a row',
  ])
})

test('the core has no clock, no randomness and no process', () => {
  expect(impurities(files)).toEqual([])
})

test('each impurity is found, and its mention in a comment is not one', () => {
  const impure = [
    'const now = Date.now()',
    'const at = new Date()',
    'const seed = Math.random()',
    'if (process.env.DEBUG) log()',
    'const id = crypto.randomUUID()',
    'const started = performance.now()',
    'setTimeout(() => wake(), 5)',
    'const answer = await fetch(url)',
  ]
  expect(
    impurities(Object.fromEntries(impure.map((line, index) => [`core/${index}.ts`, line]))),
  ).toHaveLength(impure.length)
  expect(
    impurities({
      'core/a.ts': `// never Date.now()\n/* nor process.env */\nexport const at = new Date(milliseconds)\nconst process = 1`,
      'local/b.ts': 'Date.now()',
    }),
  ).toEqual([])
})

test('whose records they are is told to the core and to functions, never known', () => {
  const knowing = Object.entries(files).filter(
    ([path, text]) =>
      /^(core|functions)\/.*(?<!\.test)\.ts$/.test(path) && /['"`]main['"`#]/.test(withoutComments(text)),
  )
  expect(knowing.map(([path]) => path)).toEqual([])
})

test('files have names that say what is in them, and there are no barrels', () => {
  expect(badNames(files)).toEqual([])
})

test('each bad name is found', () => {
  const bad = {
    'core/utils.ts': 'export const a = 1',
    'core/table/index.ts': 'export const a = 1',
    'local/helpers/queue.ts': 'export const a = 1',
    'functions/adapter/tableStore.ts': 'export const a = 1',
    'core/record/all.ts': `export * from './lead.ts'\nexport { run } from './run.ts'\n`,
    'infra/stack/a.ts': 'export default class Stack {}',
  }
  expect(badNames(bad)).toHaveLength(Object.keys(bad).length)
  expect(
    badNames({ 'core/record/lead-list.ts': `import { a } from './a.ts'\nexport { b } from './b.ts'\na()` }),
  ).toEqual([])
})

test('no room has more than fifteen files beside its tests', () => {
  expect(fullRooms(files)).toEqual([])
  const named = (names: string[]) => Object.fromEntries(names.map((name) => [name, '']))
  const fifteen = Array.from({ length: 15 }, (_, i) => `core/table/f${i}.ts`)
  expect(fullRooms(named([...fifteen, 'core/table/a.test.ts', 'core/table/table/a.ts']))).toEqual([])
  expect(fullRooms(named([...fifteen, 'core/table/one-more.ts']))).toEqual(['core/table has 16 files'])
})

test('inside the core machinery knows no noun, nouns no engine, engines no noun', () => {
  expect(climbing(files)).toEqual([])
})

test('an import that climbs is found, and tests and their worlds may climb', () => {
  expect(
    climbing({
      'core/record/a.ts': `import { lead } from '../kind/sales/lead.ts'`,
      'core/record/b.test.ts': `import { lead } from '../kind/sales/lead.ts'`,
      'core/kind/sales/c.ts': `import { rules } from '../../workflow/rules.ts'`,
      'core/workflow/d.ts': `import type { Lead } from '../kind/sales/lead.ts'\nimport { run } from '../kind/system/run.ts'`,
      'core/workflow/step/e.ts': `import { claim } from '../../sales/claim.ts'`,
      'core/watch/fixture.ts': `import { lead } from '../kind/sales/lead.ts'`,
      'core/table/fact/a.ts': `import { run } from '../../kind/system/run.ts'\nimport { readCountry } from '../../intake/read/country.ts'`,
      'core/workflow/validate.ts': `import { run } from '../kind/system/run.ts'`,
      'core/sales/f.ts': `import { rules } from '../workflow/rules.ts'\nimport { lead } from '../kind/sales/lead.ts'`,
    }),
  ).toEqual([
    'core/record/a.ts imports core/kind/sales/lead.ts',
    'core/kind/sales/c.ts imports core/workflow/rules.ts',
    'core/workflow/d.ts imports core/kind/sales/lead.ts',
    'core/workflow/step/e.ts imports core/sales/claim.ts',
    'core/table/fact/a.ts imports core/kind/system/run.ts',
    'core/workflow/validate.ts imports core/kind/system/run.ts',
  ])
})

test('folders of the core do not import each other in circles', () => {
  expect(folderCircles(files)).toEqual([])
})

test('a circle of folders is found however long it is, and tests and their worlds make none', () => {
  expect(
    folderCircles({
      'core/a/one.ts': `import { two } from '../b/two.ts'`,
      'core/b/two.ts': `import type { Three } from '#core/c/three.ts'`,
      'core/c/three.ts': `import { one } from '../a/one.ts'`,
      'core/d/four.ts': `import { one } from '../a/one.ts'`,
      'core/e/five.ts': `import { four } from '../d/four.ts'`,
      'core/d/four.test.ts': `import { five } from '../e/five.ts'`,
      'core/d/fixture.ts': `import { five } from '../e/five.ts'`,
    }),
  ).toEqual(['core/a, core/b, core/c'])
})

test('each decision has a number of its own, in its name and in its title', () => {
  const names = globSync('docs/decision/*.md', { cwd: root }).toSorted()
  const numbers = names.map((name) => /(\d{4})-[^/]*$/.exec(name)?.[1])
  expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([])
  const titles = names.map((name) => /^# (\d{4})/.exec(readFileSync(join(root, name), 'utf8'))?.[1])
  expect(titles).toEqual(numbers)
})

test('the folders of functions and infra list what is deployed, and no tests', () => {
  expect(Object.keys(files).filter((path) => /^(functions|infra)\/.*\.test\.ts$/.test(path))).toEqual([])
})

function forbiddenImports(all: Files): string[] {
  return Object.entries(all).flatMap(([path, text]) => {
    const folders = Object.keys(mayImport).filter((name) => path.startsWith(`${name}/`))
    const allowed = mayImport[folders.toSorted((a, b) => b.length - a.length)[0] ?? '']
    if (!allowed) return [`${path} lies in a folder without a row`]
    if (allowed === 'anything') return []
    const here = [...allowed, ...(exceptions[path] ?? []), ...(path.endsWith('.test.ts') ? testTools : [])]
    return importsOf(path, text)
      .filter((imported) => !here.some((name) => isWithin(imported, name)))
      .map((imported) => `${path} imports ${imported}`)
  })
}

/** Imports from a lower floor of the core to a higher one. */
function climbing(all: Files): string[] {
  const within = (folders: readonly string[], path: string) => folders.some((name) => isWithin(path, name))
  const mayKnow = (path: string, imported: string): boolean => {
    if (!imported.startsWith('core/') || isWithin(imported, 'core/record')) return true
    if (isWithin(path, 'core/record')) return false
    if (within(nouns, path)) return within(nouns, imported)
    if (!within(engines, path) || within(readings, imported)) return true
    if (isWithin(imported, bookkeeping)) return !within(kindless, path)
    return !within([...nouns, ...aboutNouns], imported)
  }
  return Object.entries(all)
    .filter(([path]) => path.startsWith('core/') && !/(\.test|\/fixture)\.ts$/.test(path))
    .flatMap(([path, text]) =>
      importsOf(path, text)
        .filter((imported) => !mayKnow(path, imported) && !knowsNoun[path]?.includes(imported))
        .map((imported) => `${path} imports ${imported}`),
    )
}

const isWithin = (imported: string, name: string): boolean =>
  imported === name || imported.startsWith(name.endsWith(':') ? name : `${name}/`)

/** What a file imports, types included; files of the project by their path. */
function importsOf(path: string, text: string): string[] {
  const specifiers = withoutComments(text).matchAll(
    /^\s*(?:import|export)\s(?:[^'"`;=()]*?\sfrom\s)?\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/gm,
  )
  return [...specifiers].map(([, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? ''
    if (specifier.startsWith('#')) return specifier.slice(1)
    return specifier.startsWith('.') ? join(dirname(path), specifier).replaceAll('\\', '/') : specifier
  })
}

function impurities(all: Files): string[] {
  const impure =
    /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\.\w|\bcrypto\.\w|\bperformance\.now\b|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(/
  return (
    Object.entries(all)
      .filter(([path]) => /^(core|pattern)\//.test(path) && !path.endsWith('.test.ts'))
      // A text that only a visitor's browser runs.
      .filter(([path]) => path !== 'core/html/form-script.ts')
      .flatMap(([path, text]) => {
        const found = impure.exec(withoutComments(text))
        return found ? [`${path} uses ${found[0]}`] : []
      })
  )
}

function badNames(all: Files): string[] {
  const empty = /^(utils?|commons?|helpers?|types?|index|misc|shared|lib)$/
  return Object.entries(all).flatMap(([path, text]) => {
    const parts = path.replace(/\.(test\.|d\.)?(ts|mjs|js)$/, '').split('/')
    const code = withoutComments(text).trim()
    const reExports = /^(?:\s*export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^'"]*\bfrom\s*['"][^'"]+['"];?)+$/
    return [
      ...(parts.some((part) => empty.test(part)) ? [`${path} has a name that says nothing`] : []),
      ...(parts.every((part) => /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(part))
        ? []
        : [`${path} is not in kebab case`]),
      ...(reExports.test(code) ? [`${path} is a barrel`] : []),
      ...(/^export default\b/m.test(code) ? [`${path} has a default export`] : []),
    ]
  })
}

/** Folders of the core and of the pattern language of which each is reached from each other by imports. */
function folderCircles(all: Files): string[] {
  const ways = new Map<string, Set<string>>()
  for (const [path, text] of Object.entries(all))
    if (/^(core|pattern)\//.test(path) && !/(\.test|\/fixture)\.ts$/.test(path))
      for (const imported of importsOf(path, text))
        if (imported.includes('/') && dirname(imported) !== dirname(path))
          ways.set(dirname(path), (ways.get(dirname(path)) ?? new Set()).add(dirname(imported)))
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of ways.get(from) ?? []) if (!seen.has(next)) reached(next, seen.add(next))
    return seen
  }
  const reach = new Map([...ways.keys()].map((folder) => [folder, reached(folder)]))
  const circles = [...reach]
    .filter(([folder, found]) => found.has(folder))
    .map(([folder, found]) =>
      [...found]
        .filter((other) => reach.get(other)?.has(folder))
        .toSorted()
        .join(', '),
    )
  return [...new Set(circles)]
}

/** Of more files nobody sees at a glance what they are about; those of one subject get a folder. */
const mostInRoom = 15

function fullRooms(all: Files): string[] {
  const rooms = Map.groupBy(
    Object.keys(all).filter((path) => !path.endsWith('.test.ts')),
    (path) => dirname(path),
  )
  return [...rooms].flatMap(([room, paths]) =>
    paths.length > mostInRoom ? [`${room} has ${paths.length} files`] : [],
  )
}

/** Good enough for code that oxfmt has laid out: no string of ours holds a comment's beginning except in an address. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1')

test('the lock file knows the optional packages of every platform', () => {
  // A registry that lacks some makes npm leave them out without a word, and then `npm ci` refuses everywhere else.
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !foldersAbove(path).some((at) => packages[at + name])),
  )
  expect(missing).toEqual([])
})

/** Where Node looks for a package that the one at `path` of the lock file asks for. */
function foldersAbove(path: string): string[] {
  const parents = path
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'))
  return ['node_modules/', ...parents.map((parent) => `${parent}/node_modules/`)]
}
