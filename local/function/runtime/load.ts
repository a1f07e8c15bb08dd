/**
 * Loads the code of a function as Lambda's runtime does.
 *
 * Problem: all functions live in one isolate, yet each needs its own `process`, `console` and globals; and a cold start
 * must find its code compiled.
 * Representation: CommonJS files are compiled with the function's scope as further parameters; what V8 compiled, lazily
 * compiled functions included, is kept in a file named after the text, written after the first call.
 * Invariant: positions in stack traces are those of the file.
 * Rejected: `Module.prototype._compile` with the compile cache of Node (its parameters are fixed; a line before the code
 * would move every position and take the directive "use strict" from its place).
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import vm from 'node:vm'
import { threadId } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import type { HostFunction } from './message.ts'
import type { Scope } from './scope.ts'

export type Handler = (event: unknown, context: unknown) => unknown

export function fault(type: string, message: string): Error {
  const error = new Error(message)
  error.name = type
  return error
}

/** At once when the code is CommonJS. */
export function loadHandler(scope: Scope, cacheFolder: string): Handler | Promise<Handler> {
  const { taskRoot, handler: path } = scope.function
  // `index.handler`, `dir/index.handler` or `index.nested.handler`.
  const base = basename(path)
  const [file, ...names] = base.split('.')
  const stem = resolve(taskRoot, path.slice(0, path.length - base.length), file!)
  const found = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find((name) => existsSync(name))
  if (!found) throw fault('Runtime.ImportModuleError', `Cannot find module '${file}' in ${taskRoot}`)
  if (!isModule(found, scope.function)) return handlerIn(openRequire(scope, cacheFolder)(found), path, names)
  return import(pathToFileURL(found).href).then((exported: unknown) => handlerIn(exported, path, names))
}

function handlerIn(exported: unknown, path: string, names: string[]): Handler {
  let handler = exported
  for (const name of names) handler = (handler as Record<string, unknown> | undefined)?.[name]
  if (typeof handler !== 'function')
    throw fault('Runtime.HandlerNotFound', `${path} is undefined or not exported`)
  if (handler.length > 2)
    throw fault(
      'Runtime.CallbackHandlerDeprecated',
      'Node 24 functions return a promise, they take no callback',
    )
  return handler as Handler
}

/** On AWS nothing lies above the task root; here a package.json above it could make a module of every .js file. */
function isModule(file: string, { taskRoot }: HostFunction): boolean {
  if (!file.endsWith('.js')) return file.endsWith('.mjs')
  const packageFile = join(taskRoot, 'package.json')
  if (!existsSync(packageFile)) return false
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { type?: string }).type === 'module'
}

interface LoadedModule {
  exports: unknown
  filename: string
  loaded: boolean
}

/** `require` of one function: its own files are compiled for it, everything else is Node's. */
function openRequire(scope: Scope, cacheFolder: string): (file: string) => unknown {
  const modules = new Map<string, LoadedModule>()
  const root = scope.function.taskRoot + sep

  function load(file: string): unknown {
    const present = modules.get(file)
    if (present) return present.exports
    const module: LoadedModule = { exports: {}, filename: file, loaded: false }
    modules.set(file, module)
    try {
      const compiled = compile(file, cacheFolder)
      const { process, console, global } = scope
      const own = [process, console, global, global]
      compiled.call(module.exports, module.exports, requireOf(file), module, file, dirname(file), ...own)
      module.loaded = true
      return module.exports
    } catch (error) {
      modules.delete(file)
      throw error
    }
  }

  function requireOf(from: string): NodeJS.Require {
    const real = nodeModule.createRequire(from)
    const own = (id: string): unknown => {
      const name = id.replace(/^node:/, '')
      if (name === 'process') return scope.process
      if (name === 'console') return scope.console
      if (name === 'module') return ownModule
      const file = nodeModule.isBuiltin(id) ? id : real.resolve(id)
      return file.startsWith(root) && isScript(file, scope.function) ? load(file) : real(id)
    }
    const { resolve, cache, main } = real
    return Object.assign(own, { resolve, cache, main }) as NodeJS.Require
  }

  // What a bundle that was made of modules calls.
  const ownModule = Object.create(nodeModule, {
    createRequire: { value: (from: string | URL) => requireOf(pathOf(from)) },
  }) as object
  return load
}

const pathOf = (place: string | URL) =>
  String(place).startsWith('file:') ? fileURLToPath(place) : String(place)

const isScript = (file: string, definition: HostFunction) =>
  file.endsWith('.cjs') || (file.endsWith('.js') && !isModule(file, definition))

type Compiled = (this: unknown, ...parameters: unknown[]) => void

const head =
  '(function (exports, require, module, __filename, __dirname, process, console, global, globalThis) {'
/** Compiled since the cache was last written. */
const unwritten = new Map<string, vm.Script>()

function compile(file: string, cacheFolder: string): Compiled {
  const text = readFileSync(file, 'utf8').replace(/^#!.*/, '')
  // V8 itself compares only the length of the text with that of the cache.
  const cacheFile = join(cacheFolder, createHash('sha256').update(process.version).update(text).digest('hex'))
  const cachedData = readCompiled(cacheFile)
  const script = new vm.Script(`${head}${text}\n})`, {
    filename: file,
    columnOffset: -head.length,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  })
  if (!cachedData || script.cachedDataRejected) unwritten.set(cacheFile, script)
  return script.runInThisContext() as Compiled
}

/** Nothing when the file is not whole: a power cut may leave a part of it, and V8 ends the process over such a one. */
function readCompiled(file: string): Buffer | undefined {
  if (!existsSync(file)) return undefined
  const content = readFileSync(file)
  const data = content.subarray(checksumLength)
  return content.length > checksumLength && content.readUInt32LE() === crc32(data) ? data : undefined
}

const checksumLength = 4

/** Keeps what is compiled by now for the next start. */
export function writeCompiled(): void {
  for (const [file, script] of unwritten) {
    mkdirSync(dirname(file), { recursive: true })
    // Another host may read or write it at the same time.
    const part = `${file}.${process.pid}.${threadId}`
    const data = script.createCachedData()
    const checksum = Buffer.alloc(checksumLength)
    checksum.writeUInt32LE(crc32(data))
    writeFileSync(part, Buffer.concat([checksum, data]))
    renameSync(part, file)
  }
  unwritten.clear()
}
