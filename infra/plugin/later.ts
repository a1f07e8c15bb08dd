import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild'
import { unreached } from './unreached.ts'

/*
 * What many calls never need lies in files of its own beside a function's index.js: a cold start does not load them, the
 * first call that needs one does, by a `require` that takes as long as it would have at the start. Whoever calls it does
 * so as if it were there; so it must be functions alone, and nothing of it may be compared by identity.
 */

interface Later {
  /** the file's name */
  file: string
  /** what is bundled for it, when it is not the module itself */
  source?: string
  /** the functions that are called */
  calls: readonly string[]
}

/** By the end of the module's path. */
const later: Readonly<Record<string, Later>> = {
  // computed outputs of decision tables; most tables have none
  'node_modules/jsonata/jsonata.js': { file: 'jsonata.js', calls: ['default'] },
  // who gives a phone number; most of it are the numbers of all countries
  'node_modules/libphonenumber-js/max/index.js': {
    file: 'phone-number.js',
    // the same without what engines of ten years ago need
    source: 'libphonenumber-js/max/es6',
    calls: ['getCountries', 'parsePhoneNumberFromString'],
  },
  // who writes his country in words
  'core/intake/read/country-name.ts': { file: 'country-name.js', calls: ['countryNamed'] },
  // who sends files, or a form in parts
  'core/intake/body/multipart.ts': { file: 'multipart.js', calls: ['readMultipart'] },
  // who is known and writes again
  'core/intake/merge.ts': { file: 'merge.js', calls: ['mergeInto'] },
  // who keeps a filter of a list
  'core/query/saved-list.ts': { file: 'saved-list.js', calls: ['requireLists'] },
  // who attaches files
  'functions/adapter/bucket/object.ts': { file: 'object.js', calls: ['beginningOf', 'removeObject'] },
  // who is refused and looks at it in a browser
  'core/html/problem-page.ts': { file: 'problem-page.js', calls: ['renderProblemPage'] },
}

const namespace = 'later'

/** Puts calls of a file that is loaded for the first of them in the place of each module. */
export function loadedLater(): Plugin {
  return {
    name: 'loaded-later',
    setup(bundler) {
      for (const [path, { file, calls }] of Object.entries(later)) {
        const end = path.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')
        bundler.onLoad({ filter: new RegExp(`[\\\\/]${end}$`), namespace: 'file' }, () => ({
          contents: [
            `let loaded; const module = () => (loaded ??= require('${namespace}:${file}'))`,
            ...calls.map((name) => {
              const exported = name === 'default' ? 'default' : `const ${name} =`
              return `export ${exported} (...given) => module().${name}(...given)`
            }),
          ].join('\n'),
          loader: 'js',
        }))
      }
      bundler.onResolve({ filter: new RegExp(`^${namespace}:`) }, ({ path }) => ({
        path: `./${path.slice(namespace.length + 1)}`,
        external: true,
      }))
    },
  }
}

/** Writes these files beside the functions whose bundle calls them. */
export async function writeLater(metafile: Metafile, target: string, options: BuildOptions): Promise<void> {
  await Promise.all(
    Object.entries(later).map(async ([path, { file, source = `./${path}`, calls }]) => {
      const callers = Object.entries(metafile.outputs)
        .filter(([, { inputs }]) =>
          Object.entries(inputs).some(
            ([input, { bytesInOutput }]) => input.endsWith(path) && bytesInOutput > 0,
          ),
        )
        .map(([output]) => functionOf(output))
      if (!callers.length) return
      const contents = `export { ${calls.join(', ')} } from '${source}'`
      const { outputFiles } = await build({
        ...options,
        stdin: { contents, resolveDir: options.absWorkingDir! },
        plugins: [unreached()],
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
