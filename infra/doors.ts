import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { transformSync } from 'esbuild'
import { routesOfDoors, type Door, type Routed } from '#core/api/door.ts'
import { isJournaled } from '#core/project/change-entry.ts'
import { isSearched } from '#core/query/find/token.ts'
import type { Kind } from '#core/record/kind.ts'
import { functionFiles } from './bundle.ts'
import { findVocabulary } from './found.ts'

/*
 * Doors are read from the sources of functions/api, whose files cannot be loaded outside of a function: they open their
 * clients. `door` is a literal, so its text is enough.
 */

/** The door of each function of the API, by the function's name. Throws for a file that has none. */
export function readDoors(folder: string): Map<string, Door> {
  const files = [...functionFiles(folder)].filter(([name]) => name.startsWith('api/'))
  return new Map(files.map(([name, file]) => [name, doorIn(file)]))
}

function doorIn(file: string): Door {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts' })
  const [, literal] = /^(?:export )?const door = (\{[\s\S]*?^\});$/m.exec(code) ?? []
  if (literal === undefined)
    throw new Error(`${file} has no door: write \`export const door = {…} satisfies Door\`, literals only`)
  try {
    return structuredClone(runInNewContext(`(${literal})`)) as Door
  } catch (cause) {
    throw new Error(`${file}: its door must be made of literals only`, { cause })
  }
}

/** What the deployment makes of them. */
export interface Doors {
  /** by the function's name */
  doors: Record<string, Door>
  /** every route, those of all kinds included */
  routed: Routed[]
  /** kinds whose changes are events */
  announced: string[]
  /** kinds from whose changes something follows; of those that are filed nowhere, derive nothing and are not found, nothing of a new one */
  followed: { always: string[]; onceChanged: string[] }
  /** entries of files that derived fields read */
  reduced: string[]
}

export async function allDoors(folder: string, root?: string): Promise<Doors> {
  const kinds = [...(await findVocabulary(root)).kinds.values()]
  const doors = readDoors(folder)
  const followed = kinds.filter((kind) => isJournaled(kind) || isSearched(kind))
  return {
    doors: Object.fromEntries(doors),
    routed: routesOfDoors(doors, kinds),
    announced: namesOf(kinds.filter(({ silent }) => !silent)),
    followed: {
      always: namesOf(followed.filter(isFollowedWhenNew)),
      onceChanged: namesOf(followed.filter((kind) => !isFollowedWhenNew(kind))),
    },
    reduced: reducedEntries(kinds),
  }
}

const isFollowedWhenNew = (kind: Kind): boolean =>
  kind.filedUnder !== undefined || kind.derived !== undefined || isSearched(kind)

const namesOf = (kinds: readonly { name: string }[]): string[] => kinds.map(({ name }) => name)

function reducedEntries(kinds: readonly Kind[]): string[] {
  const sources = kinds.flatMap(({ derived }) => Object.values(derived ?? {}).map(({ of }) => of))
  return [...new Set(sources.filter(({ plural }) => plural === undefined).map(({ name }) => name))].toSorted()
}
