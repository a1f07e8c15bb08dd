import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fingerprint } from './fingerprint.ts'
import { failureText, Refusal } from './refusal.ts'

export interface BuildOptions {
  /** folder of the project; default: where this file lies */
  root?: string
  /** folder of company/, rules/, messages/ and workflows/, relative to `root`; default: `root` */
  content?: string
  /** where everything is written, relative to `root` */
  outDir?: string
  /** folder of the functions, relative to `root` */
  functions?: string
}

export interface BuildResult {
  outDir: string
  /** hash of all that the output depends on */
  hash: string
  /** false when the output of an earlier build was still good */
  built: boolean
}

/**
 * Compiles what operators wrote, bundles the functions and builds the console:
 * `published.json`, `workflows.json`, `doors.json`, `openapi.json`, `function/<name>/index.js`, `map/<name>.js.map`, `meta.json`,
 * and the web application in `console/`.
 * Does nothing when the sources and the lock file are those of the last build. Throws a Refusal.
 */
export async function build(options: BuildOptions = {}): Promise<BuildResult> {
  const { root = projectRoot, functions = 'functions' } = options
  const outDir = resolve(root, options.outDir ?? '.build')
  const hash = buildHash(options)
  const stamp = join(outDir, 'build.hash')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return { outDir, hash, built: false }

  // Loaded only now: an unchanged project shall start without the compilers, the YAML parser and esbuild.
  const { compile, renderProblems } = await import('./compile.ts')
  const { bundleFunctions } = await import('./bundle.ts')
  const { buildConsole } = await import('./console.ts')
  const { allDoors } = await import('./doors.ts')
  const { findVocabulary } = await import('./found.ts')
  const { openApiOf } = await import('./openapi.ts')
  const { published, workflows, problems } = await compile(resolve(root, options.content ?? ''), root)
  // A row without a test is a note: a company has thousands of them, among which nobody sees what stops the build.
  const serious = problems.filter(({ severity }) => severity !== 'note')
  if (serious.length) process.stderr.write(`${renderProblems(serious)}\n`)
  const notes = problems.length - serious.length
  if (notes)
    process.stderr.write(`${notes === 1 ? 'One note' : `${notes} notes`}: npx holdfast check shows more\n`)
  const errors = problems.filter((problem) => problem.severity === 'error').length
  if (!published || errors)
    throw new Refusal(
      `${errors === 1 ? 'One error' : `${errors} errors`} in company/, rules/, messages/ or workflows/`,
    )

  // Without its stamp a build that is broken off half way is not taken for a whole one.
  rmSync(stamp, { force: true })
  mkdirSync(outDir, { recursive: true })
  const doors = await allDoors(resolve(root, functions), root)
  const { kinds } = await findVocabulary(root)
  const openApi = await openApiOf({ kinds, routed: doors.routed, version: versionOf(root) }, root)
  const metafile = await bundleFunctions({
    root,
    functions,
    outDir,
    published,
    routes: doors.routed,
    openApi,
  })
  await buildConsole(join(outDir, 'console'), root)
  writeFileSync(join(outDir, 'published.json'), JSON.stringify(published, null, 2))
  writeFileSync(join(outDir, 'workflows.json'), JSON.stringify(workflows, null, 2))
  writeFileSync(join(outDir, 'doors.json'), JSON.stringify(doors, null, 2))
  writeFileSync(join(outDir, 'openapi.json'), JSON.stringify(openApi, null, 2))
  writeFileSync(join(outDir, 'meta.json'), JSON.stringify(metafile))
  writeFileSync(stamp, hash)
  return { outDir, hash, built: true }
}

/** A hash of all that a build depends on. */
export const buildHash = ({
  root = projectRoot,
  content = '',
  functions = 'functions',
}: BuildOptions): string =>
  fingerprint(resolve(root, content), contentFolders, fingerprint(root, [...buildInputs, functions]))

const versionOf = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version

const projectRoot = resolve(import.meta.dirname, '..')
/** What operators write. */
const contentFolders = ['company', 'rules', 'messages', 'workflows']
const buildInputs = [
  'console',
  'core',
  'pattern',
  'infra/build.ts',
  'infra/bundle.ts',
  'infra/compile.ts',
  'infra/console.ts',
  'infra/doors.ts',
  'infra/fingerprint.ts',
  'infra/found.ts',
  'infra/openapi.ts',
  'infra/plugin',
  'package.json',
  'package-lock.json',
]

if (import.meta.main) {
  try {
    const outDir = process.argv[2]
    await build(outDir === undefined ? {} : { outDir })
  } catch (error) {
    process.stderr.write(`${failureText(error)}\n`)
    process.exitCode = 1
  }
}
