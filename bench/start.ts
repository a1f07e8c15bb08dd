import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleSizes, readMetafile } from '#infra/bundle.ts'
import { buildDirOf } from '#infra/synth.ts'
import { builtAssembly, builtTemplates } from '../test/assembly.ts'
import { northwindFolder } from '../test/fixture/northwind.ts'
import { median } from './quantile.ts'
import type { Bench } from './run.ts'

/*
 * `npm run bench -- start`: what a cold start of each function loads, what it may load later, and how long a new Node takes from there until the
 * function can be called: reading, compiling and running its bundle. What a service adds (a machine, a process, the
 * way of the bundle there) is not in it.
 */

interface Milliseconds {
  wall: number
  processor: number
}

export const run: Bench['run'] = async (options) => {
  const processes = options.has('--quick') ? 3 : 15
  await builtAssembly()
  const built = buildDirOf(northwindFolder)
  const variables = await variablesOfFunctions()
  const sizes = Object.entries(bundleSizes(readMetafile(built)))
  const times = sizes.map((): Milliseconds[] => [])
  // Out of the project, whose package.json would make modules of them.
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'))
  try {
    cpSync(join(built, 'function'), folder, { recursive: true })
    // In turn, so that what the machine does meanwhile falls on all of them.
    for (let round = 0; round < processes; round++)
      for (const [i, [name]] of sizes.entries())
        times[i]!.push(measure(join(folder, name, 'index.js'), variables))
  } finally {
    rmSync(folder, { recursive: true })
  }

  const line = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
  process.stdout.write(`Milliseconds, median of ${processes} new processes.\n\n`)
  line('function', 'KB', 'later KB', 'until it can be called', 'processor')
  line('---', '---', '---', '---', '---')
  for (const [i, [name, bytes]] of sizes.entries()) {
    const of = (what: keyof Milliseconds): string => median(times[i]!.map((each) => each[what])).toFixed(0)
    line(
      name,
      kilobytes(bytes),
      kilobytes(laterOf(join(built, 'function', name))),
      of('wall'),
      of('processor'),
    )
  }
}

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0)

/** Bytes of the libraries that are loaded by the first call that needs one. */
const laterOf = (folder: string): number =>
  readdirSync(folder)
    .filter((file) => file !== 'index.js')
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)

function measure(bundle: string, variables: Record<string, string>): Milliseconds {
  const source = `
    const [before, begin] = [process.cpuUsage(), performance.now()]
    require(${JSON.stringify(bundle)}).handler.call
    const [wall, { user, system }] = [performance.now() - begin, process.cpuUsage(before)]
    console.log(JSON.stringify({ wall, processor: (user + system) / 1000 }))`
  const lambda = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }
  const env = { PATH: process.env.PATH, ...lambda, ...variables }
  const told = execFileSync(process.execPath, ['--eval', source], { env, encoding: 'utf8' })
  return JSON.parse(told) as Milliseconds
}

/** Whatever a function asks for at its start; that it is an address suits all of them. */
async function variablesOfFunctions(): Promise<Record<string, string>> {
  const functions = (await builtTemplates())
    .flatMap(({ Resources }) => Object.values(Resources))
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
  const names = functions.flatMap(({ Properties }) => Object.keys(Properties.Environment?.Variables ?? {}))
  return Object.fromEntries(names.map((name) => [name, 'https://service.example/1']))
}
