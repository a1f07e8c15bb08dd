import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Declared } from '#core/record/reference.ts'

/*
 * Kinds are found, not listed: whatever a file of core/kind/ exports that was made by `kind` or `entry`. In the bundles of
 * functions they are the module `holdfast:kinds`.
 */

/** Files that declare kinds, from the project's root. */
export const kindFiles = (root: string): string[] =>
  globSync('core/kind/*/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.endsWith('.test.ts'))
    .toSorted()

/** Every kind and every entry. */
export async function findKinds(root = resolve(import.meta.dirname, '..')): Promise<Declared[]> {
  const modules = await Promise.all(
    kindFiles(root).map(async (file) => import(pathToFileURL(join(root, file)).href) as Promise<object>),
  )
  return modules.flatMap((module) => Object.values(module)).filter(isDeclared)
}

const isDeclared = (value: unknown): value is Declared =>
  typeof value === 'object' && value !== null && 'fields' in value && 'help' in value && 'keys' in value

/** Source of the module `holdfast:kinds`: kinds that have a file of their own, by name. */
export const kindsModule = (root: string): string => {
  const files = kindFiles(root)
  return [
    ...files.map((file, i) => `import * as m${i} from ${JSON.stringify(join(root, file))}`),
    `const all = [${files.map((_, i) => `m${i}`).join(', ')}].flatMap((module) => Object.values(module))`,
    `export const kinds = new Map(all.filter((each) => each?.plural && each.fields).map((each) => [each.name, each]))`,
  ].join('\n')
}
