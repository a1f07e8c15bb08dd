import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Kind, Kinds } from '#core/record/kind.ts'
import type { Declared } from '#core/api/kind-reference.ts'
import { mistakesOf, mistakesText, type DeclaredIn } from '#core/api/declaration/kind.ts'
import type { Letter, Letters } from '#core/message/letter.ts'
import type { Noun } from '#core/record/vocabulary.ts'
import { vocabularyOf, type Vocabulary } from '#core/table/fact/vocabulary.ts'
import type { Verb, Verbs } from '#core/workflow/verb.ts'
import { Refusal } from './refusal.ts'

/*
 * Kinds, verbs and letters are found, not listed: whatever a file of core/kind/ exports that was made by `kind`, `entry` or
 * `noun`, whatever one of core/workflow/step/ exports that was made by `verb`, and what a file `…-letter.ts` exports that was
 * made by `letter`. In the bundles of functions they are the modules `holdfast:kinds`, `holdfast:verbs` and
 * `holdfast:letters`; what runs from the sources looks into the folders.
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
const letterFiles = 'core/*/*-letter.ts'

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

/** What the files of kinds export, once nothing is wrong with what they declare. Throws a Refusal with all that is. */
async function declaredIn(root: string): Promise<Export[]> {
  const all = await exportsOf(kindFiles, root)
  const nouns = new Map(all.map(({ file, value }) => [value, { file, noun: value } as DeclaredIn]))
  const mistakes = mistakesOf([...nouns.values()].filter(({ noun }) => isDeclared(noun) || isNoun(noun)))
  if (mistakes.length) throw new Refusal(mistakesText(mistakes))
  return all
}

/** Every kind and every entry. Throws a Refusal, as all that look for kinds. */
export async function findDeclared(root = projectRoot): Promise<Declared[]> {
  return (await declaredIn(root)).map(({ value }) => value).filter(isDeclared)
}

/** What files of operators are read by: kinds that have a file of their own, verbs, the facts of tables, and letters. */
export interface Found {
  kinds: Kinds
  verbs: Verbs
  vocabulary: Vocabulary
  letters: Letters
}

export async function findVocabulary(root = projectRoot): Promise<Found> {
  const [kinds, verbs, letters, vocabulary] = await Promise.all([
    declaredIn(root),
    exportsOf(verbFiles, root),
    exportsOf(letterFiles, root),
    findFacts(root),
  ])
  return {
    kinds: byName(kinds.map(({ value }) => value).filter(isKind)),
    verbs: byName(verbs.map(({ value }) => value).filter(isVerb)),
    letters: byName(letters.map(({ value }) => value).filter(isLetter)),
    vocabulary,
  }
}

/** What tables may be about, and ask: the facts of kinds, and of nouns that have no kind yet. */
export async function findFacts(root = projectRoot): Promise<Vocabulary> {
  return vocabularyOf(new Set((await declaredIn(root)).map(({ value }) => value).filter(isNoun)))
}

const has = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value

const isDeclared = (value: unknown): value is Declared =>
  has(value, 'fields') && has(value, 'help') && has(value, 'keys')
const isKind = (value: unknown): value is Declared & Kind => isDeclared(value) && has(value, 'plural')
const isNoun = (value: unknown): value is Noun =>
  isKind(value) || (has(value, 'facts') && !has(value, 'keys'))
const isVerb = (value: unknown): value is Verb => has(value, 'written')
const isLetter = (value: unknown): value is Letter => has(value, 'sends')

const byName = <T extends { name: string }>(all: readonly T[]): Map<string, T> =>
  new Map(all.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]))

/** Sources of the virtual modules, by their names. They import nothing but what was found. */
export async function foundModules(root: string): Promise<Record<string, string>> {
  return {
    'holdfast:kinds': moduleOf('kinds', (await exportsOf(kindFiles, root)).filter(is(isKind)), root),
    'holdfast:verbs': moduleOf('verbs', (await exportsOf(verbFiles, root)).filter(is(isVerb)), root),
    'holdfast:letters': moduleOf('letters', (await exportsOf(letterFiles, root)).filter(is(isLetter)), root),
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
