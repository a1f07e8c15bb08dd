import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/*
 * `npm test`: all of it, in the order in which a failure is the cheapest to understand. Goes on after a failure, so
 * that one run tells everything. The last line is for machines: `<n> passed, <n> failed`, over checks and tests.
 * With names of parts (`npm test -- lint unit`) only those.
 */

const root = resolve(import.meta.dirname, '..')
const node = process.execPath
const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const inCi = Boolean(process.env.CI) && process.env.CI !== 'false'

interface Outcome {
  passed: number
  failed: number
  skipped: number
}

interface Part {
  name: string
  about: string
  run(): Promise<Outcome>
}

const parts: Part[] = [
  {
    name: 'build',
    about: 'bundles and cloud assembly',
    run: () => check(node, 'infra/synth.ts', '--content', 'test/fixture/northwind'),
  },
  { name: 'format', about: 'layout of every file', run: () => check(bin('oxfmt'), '--check', '.') },
  {
    name: 'lint',
    about: 'rules of style, floating promises',
    run: () => check(bin('oxlint'), '--type-aware'),
  },
  { name: 'types', about: 'TypeScript', run: () => check(bin('tsc'), '-p', '.') },
  {
    name: 'console',
    about: 'the console compiles for browsers',
    run: () => check(bin('tsc'), '-p', 'console'),
  },
  { name: 'purity', about: 'the core compiles without Node', run: () => check(bin('tsc'), '-p', 'core') },
  {
    name: 'unit',
    about: 'the core, the embedded cloud, the architecture, the deployment',
    run: () => vitest('unit', '--exclude', 'test/{scenario,fault,browser}/**'),
  },
  {
    name: 'scenario',
    about: 'lives of leads, through the HTTP door',
    run: () => vitest('scenario', 'test/scenario'),
  },
  {
    name: 'fault',
    about: 'kills, duplicates, throttling: the guarantees hold',
    run: fault,
  },
  { name: 'browser', about: 'a person, in Chromium', run: browser },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length) {
  process.stderr.write(
    `There is no part ${unknown.join(', ')}. Parts: ${parts.map((part) => part.name).join(', ')}.\n`,
  )
  process.exit(2)
}

const total: Outcome = { passed: 0, failed: 0, skipped: 0 }
const summary: string[] = []
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  process.stdout.write(`\n=== ${part.name}: ${part.about}\n`)
  const start = performance.now()
  const { passed, failed, skipped } = await part.run()
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  summary.push(
    `${failed ? 'FAIL' : 'ok  '}  ${part.name.padEnd(9)} ${String(passed).padStart(5)} passed${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''}  ${seconds} s`,
  )
}
process.stdout.write(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed\n`)
// Nothing that passed is a failure too: a pattern that finds no file must not look green.
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

/** A command that passes or fails as a whole: one check. */
async function check(command: string, ...args: string[]): Promise<Outcome> {
  const failed = (await run(command, args)) === 0 ? 0 : 1
  return { passed: 1 - failed, failed, skipped: 0 }
}

async function vitest(name: string, ...args: string[]): Promise<Outcome> {
  const folder = join(root, '.build', 'test')
  const report = join(folder, `${name}.json`)
  mkdirSync(folder, { recursive: true })
  rmSync(report, { force: true })
  const code = await run(bin('vitest'), [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  const counts = existsSync(report)
    ? (JSON.parse(readFileSync(report, 'utf8')) as Record<
        'numPassedTests' | 'numFailedTests' | 'numPendingTests',
        number
      >)
    : undefined
  const failed = counts?.numFailedTests ?? 0
  return {
    passed: counts?.numPassedTests ?? 0,
    // A file that does not even load has no test that failed, and yet the run has.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: counts?.numPendingTests ?? 0,
  }
}

/** A C compiler makes the disk that loses its power; without one that test says so, and in CI it must run. */
async function fault(): Promise<Outcome> {
  if (inCi && canInstall() && !existsSync('/usr/bin/cc')) {
    const code = await install('gcc', 'libc6-dev')
    if (code !== 0) process.stdout.write(`apt-get could not install gcc (exit code ${code}).\n`)
  }
  // One at a time: they count what is done while something else is killed.
  return vitest('fault', '--maxWorkers=1', 'test/fault')
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

async function install(...packages: string[]): Promise<number> {
  process.env.DEBIAN_FRONTEND = 'noninteractive'
  return (
    (await run('apt-get', ['update', '-qq'])) ||
    (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]))
  )
}

async function browser(): Promise<Outcome> {
  const absent = await withoutChromium()
  // One Chromium and one cloud for all files: they take their time to start.
  if (absent === undefined) return vitest('browser', '--no-isolate', '--maxWorkers=1', 'test/browser')
  if (inCi) {
    process.stdout.write(`${absent} In CI this test must run.\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  process.stdout.write(`Skipped: ${absent}\n`)
  return { passed: 0, failed: 0, skipped: 1 }
}

/** Why there is no Chromium to test with, or nothing when there is one. In CI it is installed where that is possible. */
async function withoutChromium(): Promise<string | undefined> {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined)
    return existsSync(given) ? undefined : `CHROMIUM_PATH names ${given}, which does not exist.`
  const debian = '/usr/bin/chromium'
  if (existsSync(debian)) return undefined
  if (inCi && canInstall()) {
    const code = await install('chromium')
    if (code === 0 && existsSync(debian)) return undefined
    return `apt-get could not install chromium (exit code ${code}).`
  }
  return `no Chromium at ${debian}; run "apt-get install chromium" or set CHROMIUM_PATH.`
}

function run(command: string, args: string[]): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      // whichever Node started us: the project's own first, for the scripts behind node_modules/.bin
      env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
    })
    child.on('error', reject)
    child.on('exit', (code) => done(code ?? 1))
  })
}
