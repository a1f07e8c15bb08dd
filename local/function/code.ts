import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * Copies the code of functions to where nobody builds, and returns where each lies now. A function is loaded when it is
 * first asked, perhaps days after the start: from the output of the build it would be another version by then, or
 * gone, since every build and every test run makes that anew. Each has a copy of its own: a module that two functions
 * of one host share by its path would be one module.
 */
export function keepCode<F extends { code: string }>(functions: readonly F[], folder: string): F[] {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return functions.map((definition, index) => {
    const copy = join(folder, `${index}-${basename(definition.code)}`)
    cpSync(definition.code, copy, { recursive: true })
    return { ...definition, code: copy }
  })
}
