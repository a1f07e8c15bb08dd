/*
 * The command that runs the embedded cloud: `node local/main.ts [options]`.
 *
 * Exit codes: 0 stopped as asked, 1 could not start, 2 wrong options.
 */
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import type { Cloud, CloudOptions } from './cloud.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Requests to each route a second, of everybody together. The template's limits guard a bill, which there is none of here; this
 * one guards the machine: what it takes at once it has to have answered before the callers and the functions give up.
 */
const usualRate = 2000

const usage = `Options:
  --port <number>       port to listen on (PORT, else 3000; 0: any free one)
  --data <folder>       where everything is kept (HOLDFAST_DATA, else .holdfast)
  --clock <clock>       real, virtual (stands still until it is moved), or an ISO time at which a virtual one starts
  --fresh               begin with an empty data folder
  --host <address>      interface to listen on (127.0.0.1)
  --public-url <url>    how others reach this machine, for links in e-mails
  --rate <number>       requests that each route takes a second; more are answered 429 (HOLDFAST_RATE, else ${usualRate})
  --content <folder>    of "npm start": where company/, rules/, messages/ and workflows/ are (the project)
  --assembly <folder>   what cdk synth wrote (.build/cdk.out)
  --help                show this
`

/**
 * Of all threads. Their old objects are few and short-lived: heaps may grow by a third of what lives before they are swept,
 * and are swept when three quarters of that are used; by itself V8 begins as soon as it would not bear that all young
 * objects became old, which is at once. Measured at 32 clients over 9,200 leads: 43 sweeps of the functions' heap in place
 * of 81, in the same 300 MB.
 */
const heapFlags = [
  '--heap-growing-percent=30',
  '--incremental-marking-soft-trigger=75',
  '--incremental-marking-hard-trigger=95',
]

class WrongOption extends Error {}

async function main(args: string[]): Promise<void> {
  try {
    const options = readOptions(args)
    if (options) await run(options)
  } catch (error) {
    const { name, message, stack } = error as Error
    const isExpected =
      error instanceof WrongOption || ['Unmodelled', 'FolderRefused', 'PortInUse'].includes(name)
    process.stderr.write(`holdfast: ${isExpected ? message : (stack ?? message)}\n`)
    if (error instanceof WrongOption) process.stderr.write(usage)
    process.exit(error instanceof WrongOption ? 2 : 1)
  }
}

function readOptions(args: string[]): CloudOptions | undefined {
  const values = parse(args)
  if (values.help) {
    process.stdout.write(usage)
    return undefined
  }
  const port = values.port ?? (process.env.PORT || '3000')
  if (!/^\d+$/.test(port) || Number(port) > 65_535)
    throw new WrongOption(`--port must be a number from 0 to 65535, not ${port}`)
  const assembly = values.assembly ?? join(root, '.build', 'cdk.out')
  if (!existsSync(join(assembly, 'manifest.json')))
    throw new WrongOption(`${assembly} holds no cloud assembly; "npm start" makes it`)
  return {
    assembly,
    port: Number(port),
    data: values.data ?? (process.env.HOLDFAST_DATA || '.holdfast'),
    clock: readClock(values.clock ?? 'real'),
    fresh: values.fresh ?? false,
    faults: process.env.HOLDFAST_FAULTS === '1',
    rate: readRate(values.rate),
    ...(values.host !== undefined && { host: values.host }),
    ...(values['public-url'] !== undefined && { publicUrl: values['public-url'].replace(/\/$/, '') }),
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        clock: { type: 'string' },
        fresh: { type: 'boolean' },
        host: { type: 'string' },
        'public-url': { type: 'string' },
        rate: { type: 'string' },
        assembly: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new WrongOption((error as Error).message)
  }
}

/** Throws WrongOption, naming the option or the variable that is none. */
function readRate(option: string | undefined): number {
  const [name, text] =
    option === undefined ? ['HOLDFAST_RATE', process.env.HOLDFAST_RATE] : ['--rate', option]
  if (!text && name === 'HOLDFAST_RATE') return usualRate
  if (text && /^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new WrongOption(`${name} must be a whole number of requests a second from 1 to 999999, not ${text}`)
}

function readClock(text: string): NonNullable<CloudOptions['clock']> {
  if (text === 'real' || text === 'virtual') return text
  if (!Number.isNaN(Date.parse(text))) return { start: text }
  throw new WrongOption(`--clock must be real, virtual or an ISO time, not ${text}`)
}

async function run(options: CloudOptions): Promise<void> {
  // Lambda runs in UTC; workers have the time zone of the process.
  process.env.TZ = 'UTC'
  for (const flag of heapFlags) setFlagsFromString(flag)
  const began = performance.now()
  enableCompileCache(join(root, '.build', 'compile-cache'))
  const { startCloud } = await import('./cloud.ts')
  const loaded = performance.now()
  let cloud: Cloud | undefined
  let stopping = false
  const stop = async () => {
    // A second Ctrl-C is for those who cannot wait.
    if (stopping) process.exit(130)
    stopping = true
    process.stdout.write('\nstopping …\n')
    await cloud?.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  cloud = await startCloud({ ...options, report: (line) => process.stdout.write(`       ${line}\n`) })
  const ready = performance.now()
  void cloud.failure.then((error) => {
    process.stderr.write(`holdfast: ${cannotStore(options.data, error)}\n`)
    process.exit(1)
  })
  process.stdout.write(
    `${seconds(loaded - began)} load the embedded cloud\n${seconds(ready - loaded)} boot\n`,
  )
  process.stdout.write(`${seconds(process.uptime() * 1000)} ready since the start of the process\n\n`)
  process.stdout.write(welcome(cloud, options))
}

const cannotStore = (data: string, error: unknown) =>
  `${data} cannot be written any more (${(error as Error).message}), so nothing more is taken in. Make room and start again: what was answered is stored.`

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2).padStart(5)} s`

function welcome(cloud: Cloud, options: CloudOptions): string {
  const names = cloud.users.map((user) => user.username).join(', ')
  const lines = [
    `  console  ${cloud.url}/app/`,
    `  form     ${cloud.url}/forms/demo`,
    `  inbox    http://localhost:${cloud.port}/inbox`,
    `  API      ${cloud.url}`,
    `  accounts ${names || 'none'}`,
    `  password ${process.stdout.isTTY ? `${cloud.ownerKey} (of each account)` : `in ${join(options.data, 'owner.key')} (of each account)`}`,
    '',
    `  data     ${options.data}`,
    ...(options.clock === 'real' ? [] : [`  clock    virtual, ${new Date(cloud.clock.now()).toISOString()}`]),
    '  Ctrl-C stops it.',
  ]
  return `${lines.join('\n')}\n`
}

await main(process.argv.slice(2))
