import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * Copies the code of functions to where nobody builds, and returns where each lies now. A function is loaded when it is
 * first asked, perhaps days after the start: from the output of the build it would be another version by then, or
 * gone, since every build and every test run makes that anew.
 */
export function keepCode<F extends { code: string }>(functions: readonly F[], folder: string): F[] {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const kept = new Map<string, string>()
  return functions.map((definition) => {
    const { code } = definition
    const copy = kept.get(code) ?? join(folder, `${kept.size}-${basename(code)}`)
    if (!kept.has(code)) cpSync(code, copy, { recursive: true })
    kept.set(code, copy)
    return { ...definition, code: copy }
  })
}
