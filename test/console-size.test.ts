import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildConsole } from '#infra/console.ts'

/*
 * What a browser loads until it shows something, in kB (1,000 bytes) as gzip -9 makes them: somebody on the road has a slow line. The
 * figures are those of the design; what the console needs for the first time is loaded then.
 */

const folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
const at = (name: string) => join(folder, 'assets', name)
const kilobytes = (name: string) => gzipSync(readFileSync(at(name)), { level: 9 }).length / 1000
const sum = (names: Iterable<string>) => [...names].reduce((all, name) => all + kilobytes(name), 0)

beforeAll(() => buildConsole(folder), 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** A chunk with all that it cannot begin without. */
function needed(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  const text = readFileSync(at(name), 'utf8')
  for (const [, next] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/g)) needed(next!, found)
  return found
}

/** Of Base UI, with a keyboard contract: no screen waits for one. */
const widget = /^(menu|palette)-[\w-]+\.js$/

const named = (pattern: RegExp) => readdirSync(join(folder, 'assets')).filter((name) => pattern.test(name))
const firstPage = () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="\/app\/assets\/([\w.-]+\.js)"/g)].map(([, name]) => name!)
  const styles = [...html.matchAll(/href="\/app\/assets\/([\w.-]+\.css)"/g)].map(([, name]) => name!)
  return { scripts: scripts.reduce((all, name) => needed(name, all), new Set<string>()), styles }
}

test('the page needs at most 150 kB of script and 12 kB of style before a screen', () => {
  const { scripts, styles } = firstPage()
  expect(scripts.size).toBeGreaterThan(0)
  expect(sum(scripts)).toBeLessThanOrEqual(150)
  expect(sum(styles)).toBeLessThanOrEqual(12)
  // With the page itself, the configuration, and a language.
  expect(scripts.size + styles.length).toBeLessThanOrEqual(6)
})

test('the script that begins is small, and what draws is asked for beside it', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const begins = [...html.matchAll(/<script[^>]+src="\/app\/assets\/([\w.-]+\.js)"/g)].map(
    ([, name]) => name!,
  )
  const beside = [...html.matchAll(/rel="modulepreload"[^>]+href="\/app\/assets\/([\w.-]+\.js)"/g)]
  const needs = begins.reduce((all, name) => needed(name, all), new Set<string>())
  // Who is signed in is asked while the rest is on its way: what this script needs must not be all.
  expect(sum(needs)).toBeLessThanOrEqual(14)
  expect(beside.map(([, name]) => name).filter((name) => needs.has(name!))).toEqual([])
  expect(sum(beside.map(([, name]) => name!))).toBeGreaterThan(80)
})

test('each script says that it is compiled while it comes', () => {
  // https://v8.dev/blog/explicit-compile-hints: only in the first line.
  for (const name of named(/\.js$/))
    expect(readFileSync(at(name), 'utf8').split('\n')[0], name).toBe('//# allFunctionsCalledOnLoad')
})

test('a screen is at most 25 kB beside it', () => {
  const { scripts } = firstPage()
  const chunks = named(/\.js$/).filter((name) => !scripts.has(name) && !widget.test(name))
  expect(chunks.length).toBeGreaterThan(3)
  for (const name of chunks)
    expect(sum([...needed(name)].filter((each) => !scripts.has(each))), name).toBeLessThanOrEqual(25)
})

test('a widget that is loaded when it is wanted is at most 50 kB', () => {
  const { scripts } = firstPage()
  const chunks = named(widget)
  expect(chunks).not.toHaveLength(0)
  for (const name of chunks)
    expect(sum([...needed(name)].filter((each) => !scripts.has(each))), name).toBeLessThanOrEqual(50)
})

test('a language is at most 12 kB', () => {
  for (const language of ['en', 'uk', 'ru'])
    expect(sum(named(new RegExp(`^${language}-[\\w-]+\\.js$`)))).toBeLessThanOrEqual(12)
})

test('the letters of English, Ukrainian and Russian are at most 70 kB', () => {
  const bytes = named(/^inter-(latin|cyrillic)-wght.*\.woff2$/).map((name) => readFileSync(at(name)).length)
  expect(bytes).toHaveLength(2)
  expect(bytes.reduce((all, each) => all + each, 0) / 1000).toBeLessThanOrEqual(70)
})

test('all that the page loads lies below /app/, and no page has a script or a style of its own', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const loaded = [...html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="([^"]+)"/g)].map(
    ([, address]) => address!,
  )
  expect(loaded.length).toBeGreaterThan(2)
  for (const address of loaded) expect(address).toMatch(/^\/(app\/|favicon)/)
  expect(html).not.toMatch(/<style|<script>|style=/)
})
