#!/usr/bin/env node
/*
 * The `holdfast` command. Plain JavaScript without anything of Node 24 until the guard has made sure of it, because
 * Debian's own Node 20 may be the one that runs this file.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const needed = 24
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

if (Number(process.versions.node.split('.')[0]) < needed) {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const own = join(
    root,
    `node_modules/node-${platform}-${process.arch}/bin/node${process.platform === 'win32' ? '.exe' : ''}`,
  )
  if (existsSync(own)) {
    const result = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
    })
    process.exitCode = result.status ?? 1
  } else {
    process.stderr.write(
      `Holdfast needs Node ${needed}; this is ${process.versions.node}, and there is none for ${process.platform} ${process.arch} in node_modules.\n` +
        `Run "npm ci" without --omit=optional, or install Node ${needed} from https://nodejs.org.\n`,
    )
    process.exitCode = 1
  }
} else {
  // Who closes the output (`| head`) has seen enough: the command ends without a word, with the code that a shell gives
  // to a program that was ended so, lest a script takes a cut output for a check that found nothing.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(128 + 13)
  })
  process.stderr.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2), {
    directory: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: Boolean(process.stdout.isTTY) && !process.env.NO_COLOR,
    now: Date.now(),
    token: process.env.HOLDFAST_TOKEN,
    settings: join(settingsFolder(), 'holdfast'),
    browse,
    input,
  })
}

/** Where programs of this user keep their settings, as the system has it. */
function settingsFolder() {
  if (process.platform === 'win32') return process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming')
  return process.env.XDG_CONFIG_HOME || join(homedir(), '.config')
}

/** All of standard input; at a terminal up to the end of the input (Ctrl-D). */
async function input() {
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** A browser is a convenience: the address is printed too, and where none can be started nothing is said. */
function browse(address) {
  if (!process.stderr.isTTY) return
  const openers = { darwin: ['open'], win32: ['rundll32', 'url.dll,FileProtocolHandler'] }
  const [command, ...before] = openers[process.platform] ?? ['xdg-open']
  spawn(command, [...before, address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}
