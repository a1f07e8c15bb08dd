import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/**
 * A hash over the paths and contents of all files below `paths` (folders or files, relative to `root`).
 * Contents rather than times, because a checkout, a copy or a container image makes every time new.
 */
export function fingerprint(root: string, paths: readonly string[], extra = ''): string {
  const hash = createHash('sha256').update(extra)
  for (const path of paths)
    for (const file of filesBelow(join(root, path))) {
      const content = readFileSync(file)
      hash.update(`\0${relative(root, file).split(sep).join('/')}\0${content.length}\0`).update(content)
    }
  return hash.digest('hex').slice(0, 32)
}

/** Every file below a folder in a stable order, or the file itself, or nothing when there is none. Tests do not count. */
export function filesBelow(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const child = join(path, entry.name)
        if (entry.isDirectory()) return filesBelow(child)
        return entry.isFile() && !entry.name.endsWith('.test.ts') ? [child] : []
      })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOTDIR') return [path]
    if (code === 'ENOENT') return []
    throw error
  }
}
