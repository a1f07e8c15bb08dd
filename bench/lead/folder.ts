import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** KB that a folder takes on the disk, in blocks as `du` counts them. */
export function diskOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const { blocks, size } = lstatSync(join(folder, name))
    // Windows knows no blocks.
    return sum + (blocks === undefined ? size / 1024 : blocks / 2)
  }, 0)
}
