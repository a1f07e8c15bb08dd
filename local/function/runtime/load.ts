/*
 * Loads the code of a function as Lambda's runtime does.
 *
 * Problem: all functions live in one isolate, yet each needs its own `process`, `console` and globals; and a cold start
 * must find its code compiled.
 * Representation: CommonJS files are compiled with the function's scope as further parameters; what V8 compiled, lazily
 * compiled functions included, is written after the first call of a function, for each of its files into one that the
 * next version overwrites.
 * Invariant: positions in stack traces are those of the file.
 * Rejected: `Module.prototype._compile` with the compile cache of Node (its parameters are fixed; a line before the code
 * would move every position and take the directive "use strict" from its place).
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
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
      const compiled = compile(file, scope.function, cacheFolder)
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
/** Compiled since its function was last written, with the file for it. */
const unwritten = new Map<string, Compilation[]>()

interface Compilation {
  script: vm.Script
  cacheFile: string
  text: string
}

function compile(file: string, { name, taskRoot }: HostFunction, cacheFolder: string): Compiled {
  const text = readFileSync(file, 'utf8').replace(/^#!.*/, '')
  const cacheFile = join(cacheFolder, sha256(`${name}/${relative(taskRoot, file)}`).toString('hex'))
  const cachedData = readCompiled(cacheFile, text)
  const script = new vm.Script(`${head}${text}\n})`, {
    filename: file,
    columnOffset: -head.length,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  })
  if (!cachedData || script.cachedDataRejected)
    unwritten.set(name, [...(unwritten.get(name) ?? []), { script, cacheFile, text }])
  return script.runInThisContext() as Compiled
}

/**
 * Nothing when the file is of another text, of which V8 itself compares only the length, or not whole: a power cut may
 * leave a part of it, and V8 ends the process over such a one.
 */
function readCompiled(file: string, text: string): Buffer | undefined {
  if (!existsSync(file)) return undefined
  const content = readFileSync(file)
  const data = content.subarray(sealLength)
  return content.subarray(0, sealLength).equals(sealOf(text, data)) ? data : undefined
}

/** What stands before compiled code: of what it was made, and a checksum of it. */
function sealOf(text: string, data: Buffer): Buffer {
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32LE(crc32(data))
  return Buffer.concat([sha256(process.version + text), checksum])
}

const sealLength = 36

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Keeps what is compiled of a function by now for the next start. */
export function writeCompiled(functionName: string): void {
  for (const { script, cacheFile, text } of unwritten.get(functionName) ?? []) {
    mkdirSync(dirname(cacheFile), { recursive: true })
    // Another host may read or write it at the same time.
    const part = `${cacheFile}.${process.pid}.${threadId}`
    const data = script.createCachedData()
    writeFileSync(part, Buffer.concat([sealOf(text, data), data]))
    renameSync(part, cacheFile)
  }
  unwritten.delete(functionName)
}
