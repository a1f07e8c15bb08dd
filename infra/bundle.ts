import type { RouteGroup } from '#core/api/door.ts'
import { readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild'
import type { Published } from '#core/publish/published.ts'
import { filesBelow, fingerprint } from './fingerprint.ts'
import { foundModules } from './found.ts'
import { functionOf, loadedLater, writeLater } from './plugin/later.ts'
import { Refusal } from './refusal.ts'
import { unreached } from './plugin/unreached.ts'

/** The folders whose every file is the entry of one Lambda function; functions/adapter is only imported. */
const triggerFolders = ['api', 'on', 'step']

/** Names of the functions, such as `api/lead-create`: found, not listed. */
export const functionNames = (folder: string): string[] => [...functionFiles(folder).keys()]

/**
 * Their files. Those of a trigger may lie in folders of their own: what it is about is no part of a function's name. Throws for two
 * files of one name.
 */
export function functionFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const trigger of triggerFolders)
    for (const file of filesBelow(join(folder, trigger)).filter((name) => name.endsWith('.ts'))) {
      const name = `${trigger}/${basename(file, '.ts')}`
      const other = files.get(name)
      if (other !== undefined)
        throw new Refusal(`${other} and ${file}: both would be the function ${name}; rename one of them`)
      files.set(name, file)
    }
  return files
}

export interface BundleOptions {
  root: string
  /** folder of the functions, relative to `root` */
  functions: string
  /** where `function/<name>/index.js`, what it loads later, and `map/<name>.js.map` go */
  outDir: string
  published: Published
  routes: readonly RouteGroup[]
  /** the OpenAPI document */
  openApi: object
}

/**
 * Bundles all functions in one esbuild run: forty separate runs took three times as long.
 * CommonJS, because an ESM bundle of the SDK starts 30–40 ms slower (it touches every getter of node:http). Source
 * maps lie beside, not in, the asset: Lambda would load four times the code on each cold start.
 */
export async function bundleFunctions(options: BundleOptions): Promise<Metafile> {
  const folder = resolve(options.root, options.functions)
  const target = resolve(options.outDir, 'function')
  const how: BuildOptions = {
    absWorkingDir: options.root,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // the ESM builds of the SDK, zod and jose shake to less than their CommonJS ones
    mainFields: ['module', 'main'],
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
  }
  const result = await build({
    ...how,
    entryPoints: [...functionFiles(folder)].map(([name, file]) => ({
      in: file,
      out: `${name}/index`,
    })),
    outdir: target,
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    write: false,
    plugins: [
      publishedModule(options.published),
      engineModule(options.root),
      foundModule(await foundModules(options.root), options.root),
      routeModule(options.routes),
      openApiModule(options.openApi),
      unreached(),
      loadedLater(),
    ],
  })
  await rm(target, { recursive: true, force: true })
  const maps = resolve(options.outDir, 'map')
  await rm(maps, { recursive: true, force: true })
  await Promise.all(
    result.outputFiles.map(async ({ path, contents }) => {
      const name = dirname(relative(target, path))
      const file = path.endsWith('.map') ? join(maps, `${name}.js.map`) : path
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, contents)
    }),
  )
  await writeLater(result.metafile, target, how)
  return result.metafile
}

/** `holdfast:engine`: the name of the code that decides, for the journals of decisions. */
function engineModule(root: string): Plugin {
  return {
    name: 'holdfast-engine',
    setup(bundler) {
      bundler.onResolve({ filter: /^holdfast:engine$/ }, ({ path }) => ({
        path,
        namespace: 'holdfast-engine',
      }))
      bundler.onLoad({ filter: /^holdfast:engine$/, namespace: 'holdfast-engine' }, () => ({
        contents: `export const engine = ${JSON.stringify(engineOf(root))}`,
        loader: 'js',
      }))
    },
  }
}

/** 12 hexadecimal digits, as versions of files have. */
const engineOf = (root: string): string =>
  fingerprint(root, ['core', 'pattern', 'package-lock.json']).slice(0, 12)

/**
 * `holdfast:published`: what operators published, as a module of data, so that no function reads or parses a file. The
 * messages stand apart, what ends runs, and what workflows do: only what sends, ends or tells of them carries them.
 */
function publishedModule({ messages, until, workflows, ...rest }: Published): Plugin {
  const parsed = (value: object): string =>
    `/* @__PURE__ */ JSON.parse(${JSON.stringify(JSON.stringify(value))})`
  return {
    name: 'holdfast-published',
    setup(bundler) {
      bundler.onResolve({ filter: /^holdfast:published$/ }, ({ path }) => ({ path, namespace: 'holdfast' }))
      bundler.onLoad({ filter: /^holdfast:published$/, namespace: 'holdfast' }, () => ({
        contents: [
          `export const published = ${parsed(rest)}`,
          `export const messages = ${parsed(messages)}`,
          `export const until = ${parsed(until)}`,
          `export const workflows = ${parsed(workflows)}`,
        ].join('\n'),
        loader: 'js',
      }))
    },
  }
}

/** `holdfast:routes`: what the API has, for whoever says what it has not, and for the documentation. */
function routeModule(routes: readonly RouteGroup[]): Plugin {
  return {
    name: 'holdfast-routes',
    setup(bundler) {
      bundler.onResolve({ filter: /^holdfast:routes$/ }, ({ path }) => ({
        path,
        namespace: 'holdfast-routes',
      }))
      bundler.onLoad({ filter: /^holdfast:routes$/, namespace: 'holdfast-routes' }, () => ({
        contents: `export const routes = ${JSON.stringify(routes.map(({ calls: _, ...route }) => route))}`,
        loader: 'js',
      }))
    },
  }
}

/** `holdfast:openapi`: the document as text, so that no function reads or writes it. */
function openApiModule(document: object): Plugin {
  const filter = /^holdfast:openapi$/
  return {
    name: 'holdfast-openapi',
    setup(bundler) {
      bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'holdfast-openapi' }))
      bundler.onLoad({ filter, namespace: 'holdfast-openapi' }, () => ({
        contents: `export const openapi = ${JSON.stringify(JSON.stringify(document))}`,
        loader: 'js',
      }))
    },
  }
}

/** `holdfast:kinds`, `holdfast:verbs` and `holdfast:letters`: what was found in its folders. */
function foundModule(found: Record<string, string>, root: string): Plugin {
  const filter = /^holdfast:(kinds|verbs|letters)$/
  return {
    name: 'holdfast-found',
    setup(bundler) {
      bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: 'holdfast-found' }))
      bundler.onLoad({ filter, namespace: 'holdfast-found' }, ({ path }) => ({
        contents: found[path]!,
        resolveDir: root,
        loader: 'js',
      }))
    },
  }
}

/** Bytes that a cold start of each function loads, by function name. */
export function bundleSizes(metafile: Metafile): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([path]) => path.endsWith('/index.js'))
      .map(([path, output]) => [functionOf(path), output.bytes]),
  )
}

/** The metafile of the last build in `outDir`. */
export const readMetafile = (outDir: string): Metafile =>
  JSON.parse(readFileSync(join(outDir, 'meta.json'), 'utf8')) as Metafile
