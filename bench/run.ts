import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join, resolve } from 'node:path'

/*
 * `npm run bench`: runs every bench, or those that are named: `npm run bench -- lead --quick`. A bench is a file of
 * this folder that exports `run`; found, not listed. Options (everything that begins with --) go to all of them.
 */

export interface Bench {
  run(options: ReadonlySet<string>): Promise<void> | void
}

const root = resolve(import.meta.dirname, '..')
const given = process.argv.slice(2)
const names = given.filter((name) => !name.startsWith('--'))
const options = new Set(given.filter((name) => name.startsWith('--')))

const benches: Record<string, Bench> = {}
for (const file of readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith('.ts') && name !== 'run.ts',
)) {
  const module = (await import(`./${file}`)) as Partial<Bench>
  if (module.run) benches[file.slice(0, -3)] = { run: module.run }
}
const unknown = names.filter((name) => !benches[name])
if (unknown.length) {
  process.stderr.write(
    `There is no bench ${unknown.join(', ')}. Benches: ${Object.keys(benches).join(', ')}.\n`,
  )
  process.exit(2)
}

describeMachine()
for (const [name, bench] of Object.entries(benches)) {
  if (names.length && !names.includes(name)) continue
  process.stdout.write(`\n## ${name}\n\n`)
  await bench.run(options)
}

/** Figures without their machine mean nothing, and those of a busy machine little. */
function describeMachine(): void {
  const [processor] = cpus()
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GB`
  const line = (name: string, value: string): void =>
    void process.stdout.write(`${name.padEnd(12)} ${value}\n`)
  line(
    'machine',
    `${cpus().length} × ${processor?.model ?? 'unknown processor'}, ${memory}, ${process.platform} ${process.arch}`,
  )
  line(
    'load',
    `${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')} before the first bench`,
  )
  line('node', process.versions.node)
  line('commit', commit())
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  line(
    'with',
    ['aws-cdk-lib', '@aws-sdk/client-dynamodb', 'esbuild', 'jsonata', 'zod']
      .map((name) => `${name} ${dependencies[name]}`)
      .join(', '),
  )
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '-uno') ? ' with changes' : ''}, ${new Date().toISOString().slice(0, 10)}`
  } catch {
    return 'unknown: not a git checkout'
  }
}
