/*
 * What each function has for itself although all share one thread: environment, output, globals, a way to exit.
 *
 * Problem: on AWS a function is alone in its process. Here `process.env`, `console` and `globalThis` must still be its own,
 * at any time and in any module, or one would read the other's settings and write into the other's log.
 * Representation: a scope for each function, handed to CommonJS code as parameters in place of the globals; whatever is
 * not compiled that way (modules of ES, Node's own) reads it from the asynchronous context of the call.
 * Invariant: no function sees the environment of another or of this process; who exits ends his own call.
 * Rejected: a context of `node:vm` for each function (other intrinsics: `instanceof Uint8Array` fails on a Buffer, upon
 * which the SDK relies; 1 MB and 2 ms each).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { Failure, HostFunction } from './message.ts'

export interface Scope {
  function: HostFunction
  process: NodeJS.Process
  console: Console
  /** Its `globalThis`: what it defines stays with it, everything else is the thread's. */
  global: typeof globalThis
}

/** A call or the loading of code: that for which something runs. */
export interface Running {
  scope: Scope
  /** Answered in place of the function, which has failed for good: nothing of it reaches anybody any more. */
  isEnded: boolean
  fail(failure: Failure): void
}

export const context = new AsyncLocalStorage<Running>()

type Say = (functionName: string, text: string) => void

/** Thrown where a function exits, since the thread goes on. */
export class Exit extends Error {
  override name = 'Exit'
}

export function openScope(definition: HostFunction, say: Say): Scope {
  const stdout = output(1, (text) => say(definition.name, text))
  const stderr = output(2, (text) => say(definition.name, text))
  const own: Scope = {
    function: definition,
    process: ownProcess(environmentOf(definition.environment), stdout, stderr),
    console: new Console(stdout, stderr),
    global: globalThis,
  }
  own.global = ownGlobal(own)
  return own
}

/** Makes the globals of the thread follow the call for which they are read. */
export function followCalls(): void {
  const real = { env: environmentOf({}), stdout: process.stdout, stderr: process.stderr, console }
  const follow = (target: object, name: 'env' | 'stdout' | 'stderr' | 'console', otherwise: unknown) =>
    Object.defineProperty(target, name, {
      get() {
        const scope = context.getStore()?.scope
        if (!scope) return otherwise
        return name === 'console' ? scope.console : scope.process[name]
      },
      set(value) {
        const scope = context.getStore()?.scope
        if (scope) Reflect.set(name === 'console' ? scope : scope.process, name, value)
      },
      configurable: true,
      enumerable: true,
    })
  follow(process, 'env', real.env)
  follow(process, 'stdout', real.stdout)
  follow(process, 'stderr', real.stderr)
  follow(globalThis, 'console', real.console)
  process.exit = exit
  process.kill = kill
}

function ownProcess(env: NodeJS.ProcessEnv, stdout: Writable, stderr: Writable): NodeJS.Process {
  const own = Object.create(process) as NodeJS.Process
  const properties = { env, stdout, stderr, exit, kill, getBuiltinModule: builtin }
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(own, name, { value, writable: true, configurable: true, enumerable: true })
  return own

  function builtin(id: string): object | undefined {
    if (id === 'process' || id === 'node:process') return own
    return process.getBuiltinModule(id)
  }
}

/** As Node's own: every value is a text. */
function environmentOf(variables: Record<string, string>): NodeJS.ProcessEnv {
  return new Proxy<NodeJS.ProcessEnv>(
    { ...variables },
    {
      set: (target, name, value) => Reflect.set(target, name, String(value)),
      defineProperty: (target, name, { value }) =>
        Reflect.defineProperty(target, name, {
          value: String(value),
          writable: true,
          enumerable: true,
          configurable: true,
        }),
    },
  )
}

function ownGlobal(scope: Scope): typeof globalThis {
  const overlay: Record<PropertyKey, unknown> = { process: scope.process, console: scope.console }
  const own = new Proxy(overlay, {
    get: (target, name) => (name in target ? target[name] : Reflect.get(globalThis, name)),
    has: (target, name) => name in target || name in globalThis,
  })
  overlay.global = overlay.globalThis = own
  return own as unknown as typeof globalThis
}

function output(fd: number, say: (text: string) => void): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      say(String(chunk))
      done()
    },
  })
  return Object.assign(stream, { fd })
}

function exit(code?: number | string | null): never {
  context.getStore()?.fail({
    errorType: 'Runtime.ExitError',
    errorMessage: `Runtime exited without providing a reason (exit code ${code ?? process.exitCode ?? 0})`,
    trace: [],
  })
  throw new Exit('the function has exited')
}

/** A function that ends its own process must not end everything. */
function kill(pid: number, signal?: string | number): true {
  if (pid === process.pid && signal !== 0) exit(typeof signal === 'number' ? signal : 143)
  return realKill(pid, signal)
}

const realKill = process.kill.bind(process)
