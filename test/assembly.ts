import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { assemblyOf, isSynthesized } from '#infra/synth.ts'
import { northwindFolder } from './fixture/northwind.ts'

const root = resolve(import.meta.dirname, '..')
const lock = join(root, '.build', 'test.lock')
const assembly = assemblyOf(northwindFolder)

let built: Promise<string> | undefined

/** The cloud assembly of Northwind and the present sources: made by the first test that needs it, while the others wait. */
export const builtAssembly = (): Promise<string> => (built ??= ensure())

/** What the tests read of a template. */
export interface Template {
  Resources: Record<string, Resource>
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>
}

export interface Resource {
  Type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have every shape
  Properties: Record<string, any>
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

/** The templates of all stacks. */
export async function builtTemplates(): Promise<Template[]> {
  const folder = await builtAssembly()
  return readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template)
}

/** The routes of the API, such as `GET /leads/{id}`. */
export async function routesOfTemplate(): Promise<string[]> {
  const templates = await builtTemplates()
  const routes = templates
    .flatMap(({ Resources }) => Object.values(Resources))
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => Properties.RouteKey as string)
  if (routes.length < 15) throw new Error(`only ${routes.length} routes in ${assembly}`)
  return routes
}

async function ensure(): Promise<string> {
  mkdirSync(join(root, '.build'), { recursive: true })
  while (!isSynthesized(northwindFolder)) {
    if (!takeLock()) {
      await pause(100)
      continue
    }
    try {
      // In a process of its own, as `npm start` does: the CDK would leave 100 MB behind in each test's.
      if (!isSynthesized(northwindFolder))
        await promisify(execFile)(process.execPath, [
          join(root, 'infra/synth.ts'),
          '--content',
          northwindFolder,
        ])
    } finally {
      rmSync(lock, { force: true })
    }
  }
  return assembly
}

/** A file that names its owner, so that the lock of a test that was killed does not hold for ever. */
function takeLock(): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!isAlive(Number(readOwner()))) rmSync(lock, { force: true })
    return false
  }
}

function readOwner(): string {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return ''
  }
}

function isAlive(id: number): boolean {
  if (!id) return false
  try {
    process.kill(id, 0)
    return true
  } catch {
    return false
  }
}
