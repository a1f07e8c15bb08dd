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

/** Where each sort is found, and what it is known by. */
const kindFiles = 'core/kind/*/*.ts'
const verbFiles = 'core/workflow/step/*.ts'

async function exportsOf(pattern: string, root: string): Promise<unknown[]> {
  const modules = filesOf(pattern, root).map(
    async (file) => import(pathToFileURL(join(root, file)).href) as Promise<object>,
  )
  return (await Promise.all(modules)).flatMap((module) => Object.values(module))
}

/** Every kind and every entry. */
export async function findDeclared(root = projectRoot): Promise<Declared[]> {
  return (await exportsOf(kindFiles, root)).filter(
    (value): value is Declared => has(value, 'fields') && has(value, 'help') && has(value, 'keys'),
  )
}

/** Kinds that have a file of their own, verbs, and the facts of tables: what workflows are read and run by. */
export async function findVocabulary(
  root = projectRoot,
): Promise<{ kinds: Kinds; verbs: Verbs; vocabulary: Vocabulary }> {
  const [kinds, verbs, vocabulary] = await Promise.all([
    findDeclared(root),
    exportsOf(verbFiles, root),
    findFacts(root),
  ])
  return {
    kinds: byName(kinds.filter((kind): kind is Declared & Kind => has(kind, 'plural'))),
    verbs: byName(verbs.filter((value): value is Verb => has(value, 'written'))),
    vocabulary,
  }
}

/** What tables may be about, and ask: the facts of kinds, and of nouns that have no kind yet. */
export async function findFacts(root = projectRoot): Promise<Vocabulary> {
  const nouns = (await exportsOf(kindFiles, root)).filter(
    (value): value is Noun => has(value, 'plural') || (has(value, 'facts') && !has(value, 'keys')),
  )
  const all = byName(new Set(nouns))
  const twin = nouns.find((each) => all.get(each.name) !== each)
  if (twin) throw new Error(`two files of core/kind/ declare "${twin.name}": one of them has to go`)
  return vocabularyOf(all.values())
}

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value

const byName = <T extends { name: string }>(all: Iterable<T>): Map<string, T> =>
  new Map([...all].toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]))

/** Sources of the virtual modules, by their names. */
export const foundModules = (root: string): Record<string, string> => ({
  'holdfast:kinds': moduleOf('kinds', filesOf(kindFiles, root), 'each?.plural && each.fields', root),
  'holdfast:verbs': moduleOf('verbs', filesOf(verbFiles, root), 'each?.written', root),
})

const moduleOf = (name: string, files: readonly string[], isOne: string, root: string): string =>
  [
    ...files.map((file, i) => `import * as m${i} from ${JSON.stringify(join(root, file))}`),
    `const all = [${files.map((_, i) => `m${i}`).join(', ')}].flatMap((module) => Object.values(module))`,
    `export const ${name} = new Map(all.filter((each) => ${isOne}).map((each) => [each.name, each]))`,
  ].join('\n')
