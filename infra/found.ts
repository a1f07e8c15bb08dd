import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Kind, Kinds } from '#core/record/kind.ts'
import type { Declared } from '#core/api/kind-reference.ts'
import type { Noun } from '#core/record/vocabulary.ts'
import { vocabularyOf, type Vocabulary } from '#core/table/fact/vocabulary.ts'
import type { Verb, Verbs } from '#core/workflow/verb.ts'

/*
 * Kinds and verbs are found, not listed: whatever a file of core/kind/ exports that was made by `kind`, `entry` or `noun`,
 * and whatever one of core/workflow/step/ exports that was made by `verb`. In the bundles of functions they are the modules
 * `holdfast:kinds` and `holdfast:verbs`; what runs from the sources looks into the folders.
 */

const projectRoot = resolve(import.meta.dirname, '..')

/** Files below the project's root, sorted. */
const filesOf = (pattern: string, root: string): string[] =>
  globSync(pattern, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.endsWith('.test.ts'))
    .toSorted()

/** Where each sort is found. */
const kindFiles = 'core/kind/*/*.ts'
const verbFiles = 'core/workflow/step/*.ts'

interface Export {
  file: string
  name: string
  value: unknown
}

/** Whatever the files export, in the order of their names. */
async function exportsOf(pattern: string, root: string): Promise<Export[]> {
  const modules = filesOf(pattern, root).map(async (file) => {
    const module = (await import(pathToFileURL(join(root, file)).href)) as object
    return Object.entries(module).map(([name, value]: [string, unknown]): Export => ({ file, name, value }))
  })
  return (await Promise.all(modules)).flat()
}

/** Every kind and every entry. */
export async function findDeclared(root = projectRoot): Promise<Declared[]> {
  return (await exportsOf(kindFiles, root)).map(({ value }) => value).filter(isDeclared)
}

/** Kinds that have a file of their own, verbs, and the facts of tables: what workflows are read and run by. */
export async function findVocabulary(
  root = projectRoot,
): Promise<{ kinds: Kinds; verbs: Verbs; vocabulary: Vocabulary }> {
  const [kinds, verbs, vocabulary] = await Promise.all([
    exportsOf(kindFiles, root),
    exportsOf(verbFiles, root),
    findFacts(root),
  ])
  return {
    kinds: byName(kinds.map(({ value }) => value).filter(isKind)),
    verbs: byName(verbs.map(({ value }) => value).filter(isVerb)),
    vocabulary,
  }
}

/** What tables may be about, and ask: the facts of kinds, and of nouns that have no kind yet. Throws for one that two files declare. */
export async function findFacts(root = projectRoot): Promise<Vocabulary> {
  const nouns = new Map<string, Noun>()
  const files = new Map<string, string>()
  for (const { file, value } of await exportsOf(kindFiles, root)) {
    if (!isNoun(value)) continue
    const { name } = value
    if ((nouns.get(name) ?? value) !== value)
      throw new Error(`${files.get(name)} and ${file} declare "${name}": one of them has to go`)
    nouns.set(name, value)
    files.set(name, file)
  }
  return vocabularyOf(nouns.values())
}

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value

const isDeclared = (value: unknown): value is Declared =>
  has(value, 'fields') && has(value, 'help') && has(value, 'keys')
const isKind = (value: unknown): value is Declared & Kind => isDeclared(value) && has(value, 'plural')
const isNoun = (value: unknown): value is Noun =>
  isKind(value) || (has(value, 'facts') && !has(value, 'keys'))
const isVerb = (value: unknown): value is Verb => has(value, 'written')

const byName = <T extends { name: string }>(all: readonly T[]): Map<string, T> =>
  new Map(all.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]))

/** Sources of the virtual modules, by their names. They import nothing but what was found. */
export async function foundModules(root: string): Promise<Record<string, string>> {
  return {
    'holdfast:kinds': moduleOf('kinds', (await exportsOf(kindFiles, root)).filter(is(isKind)), root),
    'holdfast:verbs': moduleOf('verbs', (await exportsOf(verbFiles, root)).filter(is(isVerb)), root),
  }
}

const is =
  (test: (value: unknown) => boolean) =>
  ({ value }: Export): boolean =>
    test(value)

const moduleOf = (name: string, found: readonly Export[], root: string): string =>
  [
    ...found.map(
      (each, i) => `import { ${each.name} as found${i} } from ${JSON.stringify(join(root, each.file))}`,
    ),
    `const all = [${found.map((_, i) => `found${i}`).join(', ')}]`,
    `export const ${name} = new Map(all.map((each) => [each.name, each]))`,
  ].join('\n')
