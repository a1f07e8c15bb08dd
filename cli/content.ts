import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { nearest, SourceError } from '#core/source/source.ts'
import { nameOf, readYaml, sourceName, yamlFiles } from './file.ts'

/* What operators wrote, found by folder, by file or by name. */

const contentFolders = ['company', 'rules', 'messages', 'workflows'] as const
export type ContentFiles = Record<(typeof contentFolders)[number], string[]>

/** Everything that operators wrote here. */
export const allFiles = (directory: string): ContentFiles =>
  eachFolder((folder) => yamlFiles(directory, folder).map((file) => sourceName(directory, file)))

/**
 * The files that are named: by their path, by a folder, or as `lead-routing`. A file is what its content says, wherever it
 * lies. Throws SyntaxError, in words, for a name of nothing.
 */
export function namedFiles(directory: string, names: readonly string[]): ContentFiles {
  const named = names.flatMap((name) => filesNamed(directory, name))
  const files = [...new Set(named.map((file) => sourceName(directory, file)))]
  const folders = new Map(files.map((file) => [file, folderOf(directory, file)]))
  return eachFolder((folder) => files.filter((file) => folders.get(file) === folder))
}

const eachFolder = (filesOf: (folder: keyof ContentFiles) => string[]): ContentFiles => ({
  company: filesOf('company'),
  rules: filesOf('rules'),
  messages: filesOf('messages'),
  workflows: filesOf('workflows'),
})

function filesNamed(directory: string, name: string): string[] {
  const path = resolve(directory, name)
  if (existsSync(path) && statSync(path).isFile()) return [name]
  if (existsSync(path) && statSync(path).isDirectory()) {
    const isProject = contentFolders.some((folder) => existsSync(join(path, folder)))
    const files = (isProject ? contentFolders : ['']).flatMap((folder) =>
      yamlFiles(directory, join(name, folder)),
    )
    if (files.length) return files
    throw new SyntaxError(`there is no YAML file in the folder "${name}"`)
  }
  const known = contentFolders.flatMap((folder) => yamlFiles(directory, folder))
  const found = known.filter((file) => nameOf(file) === name)
  if (found.length) return found
  const near = nearest(name, [...contentFolders, ...known.map(nameOf)])
  throw new SyntaxError(
    `there is no file and no folder "${name}", and nothing of this name in ${contentFolders.join('/, ')}/` +
      (near === undefined ? '' : `; did you mean "${near}"?`),
  )
}

/** A file that cannot be read is what its folder says; of what nobody knows the check tells as of a table. */
function folderOf(directory: string, file: string): keyof ContentFiles {
  const parts = sourceName(directory, file).split('/')
  const lies = contentFolders.find((folder) => parts.slice(0, -1).includes(folder))
  try {
    const { value } = readYaml(directory, file)
    for (const [key, folder] of [
      ['decision', 'rules'],
      ['message', 'messages'],
      ['workflow', 'workflows'],
    ] as const)
      if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) return folder
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
  }
  return lies ?? 'rules'
}
