import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild'

/*
 * Libraries that many calls never need, in files of their own beside a function's index.js: a cold start does not load
 * them, the first call that needs one does, by a `require` that takes as long as it would have at the start. Both are
 * called from the core as if they were there.
 */

interface Library {
  /** the file's name */
  file: string
  /** what is bundled for it */
  source: string
  /** functions of it that are called */
  calls: readonly string[]
}

const libraries: Readonly<Record<string, Library>> = {
  // computed outputs of decision tables; most tables have none
  jsonata: { file: 'jsonata.js', source: 'jsonata', calls: ['default'] },
  // who gives a phone number; most of it are the numbers of all countries
  'libphonenumber-js/max': {
    file: 'phone-number.js',
    // the same without what engines of ten years ago need
    source: 'libphonenumber-js/max/es6',
    calls: ['getCountries', 'parsePhoneNumberFromString'],
  },
}

const namespace = 'later'

/** Puts calls of a file that is loaded for the first of them in the place of each library. */
export function loadedLater(): Plugin {
  return {
    name: 'loaded-later',
    setup(bundler) {
      bundler.onResolve({ filter: /^[a-z]/ }, ({ path }) =>
        Object.hasOwn(libraries, path) ? { path, namespace } : undefined,
      )
      bundler.onResolve({ filter: /^\.\//, namespace }, ({ path }) => ({ path, external: true }))
      bundler.onLoad({ filter: /./, namespace }, ({ path }) => {
        const { file, calls } = libraries[path]!
        const lines = calls.map((name) => {
          const exported = name === 'default' ? 'default' : `const ${name} =`
          return `export ${exported} (...given) => loaded().${name}(...given)`
        })
        lines.unshift(`let library; const loaded = () => (library ??= require('./${file}'))`)
        return { contents: lines.join('\n'), loader: 'js' }
      })
    },
  }
}

/** Writes the libraries beside the functions of a bundle that call them. */
export async function writeLater(metafile: Metafile, target: string, options: BuildOptions): Promise<void> {
  await Promise.all(
    Object.entries(libraries).map(async ([library, { file, source, calls }]) => {
      const callers = Object.entries(metafile.outputs).flatMap(([path, { inputs }]) =>
        (inputs[`${namespace}:${library}`]?.bytesInOutput ?? 0) > 0 ? [functionOf(path)] : [],
      )
      if (!callers.length) return
      const contents = `export { ${calls.join(', ')} } from '${source}'`
      const { outputFiles } = await build({
        ...options,
        stdin: { contents, resolveDir: options.absWorkingDir! },
        write: false,
      })
      for (const caller of callers) {
        await mkdir(join(target, caller), { recursive: true })
        await writeFile(join(target, caller, file), outputFiles[0]!.contents)
      }
    }),
  )
}

/** `….build/function/api/form-submit/index.js` → `api/form-submit` */
export const functionOf = (path: string): string => path.replace(/^.*function\/(.+)\/[^/]+$/, '$1')
