/*
 * Event patterns: our set, a loop over our compiled patterns, and json-rules-engine where it can say the same.
 *
 * Workload: test/fixture/pattern-workload, 2,000 events of a CRM and 10 to 10,000 rules, and sets of 1,000 rules of one
 * operator. Every engine must give the matches of expected.json (SHA-256 over all match lists) before it is measured.
 *
 * npm run bench -- pattern [--sets=10,100] [--quick]       or   node bench/pattern.ts with the same options
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine'
import { compilePattern, compilePatterns, type Pattern, type PatternSet } from '#pattern/pattern.ts'
import { median, quantile } from './quantile.ts'

type Rule = { name: string; pattern: Record<string, unknown> }
type Expected = { ruleSets: Record<string, { totalMatches: number; sha256: string }> }

const runs = 5
let runMilliseconds = 400
const sizes = ['10', '100', '1000', '10000']
const stress = ['exact', 'prefix', 'suffix', 'numeric', 'anything-but', 'wildcard'].map(
  (name) => `stress-${name}`,
)

const events = fixture('events.json') as Record<string, unknown>[]
const texts = events.map((event) => JSON.stringify(event))
const expected = fixture('expected.json') as Expected

/** Measures and prints; fails if an engine's matches differ. */
export async function run(options: ReadonlySet<string> = new Set()): Promise<void> {
  const chosen = [...options]
    .find((option) => option.startsWith('--sets='))
    ?.slice(7)
    .split(',')
  const names = chosen ?? [...sizes, ...stress]
  if (options.has('--quick')) runMilliseconds = 100
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, load at start ` +
      `${loadavg()[0]?.toFixed(1)}; one thread; events per second of processor time, median of ${runs} runs (best pass over the events in brackets); ` +
      `${events.length} events of ${Math.round(texts.join('').length / texts.length)} bytes.\n`,
  )
  const parse = await measure((at) => JSON.parse(texts[at] as string))
  console.log(`JSON.parse alone: ${rate(parse)}\n`)
  console.log(
    '| rules | parsed | text | JSON.parse + parsed | loop over compiled | json-rules-engine, its subset | compile ms |',
  )
  console.log('|---|---|---|---|---|---|---|')
  for (const name of names) await row(name)
  console.log('')
  if (!chosen) {
    changes()
    await worst()
  }
  console.log(`\nload at end ${loadavg()[0]?.toFixed(1)}`)
}

async function row(name: string): Promise<void> {
  const rules = fixture(`rules-${name}.json`) as Rule[]
  const entries = rules.map(({ pattern }, id) => ({ id, pattern }))
  const compiles = Array.from({ length: runs }, () => time(() => compilePatterns(entries)))
  const compile = `${median(compiles).toFixed(0)} (${Math.min(...compiles).toFixed(0)})`
  const set = compilePatterns(entries)
  const loop = rules.map(({ pattern }) => compilePattern(pattern))
  const one = (event: unknown): number[] =>
    loop.flatMap((pattern, id) => (pattern.matches(event) ? [id] : []))
  mustAgree(name, 'set, parsed', (at) => set.match(events[at]))
  mustAgree(name, 'set, text', (at) => set.matchText(texts[at] as string))
  // The loop is slow: as many events as fit some seconds, against the set, which has just been checked on all.
  for (const event of events.slice(0, Math.ceil(300_000 / rules.length))) {
    if (one(event).join() !== set.match(event).join())
      throw new Error(`the loop matches something else on ${name}`)
  }

  const parsed = await measure((at) => set.match(events[at]))
  const text = await measure((at) => set.matchText(texts[at] as string))
  const both = await measure((at) => set.match(JSON.parse(texts[at] as string)))
  // Small slices where a slice of 100 events would take longer than a run.
  const looped = await measure((at) => one(events[at]), rules.length < 1_000 ? 100 : 5)
  const other = sizes.includes(name) ? await jsonRulesEngine(rules) : '-'
  console.log(
    `| ${name} | ${rate(parsed)} | ${rate(text)} | ${rate(both)} | ${rate(looped)} | ${other} | ${compile} |`,
  )
}

/** Adding and removing one pattern in the largest set, and the memory that the set holds. */
function changes(): void {
  const rules = fixture('rules-10000.json') as Rule[]
  const text = rules.map(({ pattern }) => JSON.stringify(pattern))
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = (): number => {
    collect()
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  const held: PatternSet<number>[] = [compilePatterns(text.map((pattern, id) => ({ id, pattern })))]
  const bytes = used() - before
  const set = held[0] as PatternSet<number>
  const added: number[] = []
  const removed: number[] = []
  for (let id = 0; id < 1_000; id++) {
    const pattern = text[id * 7] as string
    removed.push(time(() => set.remove(id * 7)))
    added.push(time(() => set.add(id * 7, pattern)))
  }
  const figures = (times: number[]): string =>
    `median ${(median(times) * 1000).toFixed(0)} µs, 99th percentile ${(quantile(times, 0.99) * 1000).toFixed(0)} µs`
  console.log(
    `10,000 rules hold ${(bytes / 2 ** 20).toFixed(1)} MiB; add ${figures(added)}; remove ${figures(removed)}`,
  )
}

/** 10,000 rules with nothing selective to be found by: what the worst case costs. */
async function worst(): Promise<void> {
  const count = 10_000
  const countries = [
    ...new Set(events.map((event) => String((event['detail'] as Record<string, unknown>)['country']))),
  ]
  const pair = (at: number): string => String.fromCodePoint(97 + (at % 26), 97 + (Math.floor(at / 26) % 26))
  const sets: Record<string, (at: number) => unknown> = {
    'one bound, numeric': (at) => ({ score: [{ numeric: ['>', at / 100] }] }),
    'two wide ranges': (at) => ({
      score: [{ numeric: ['>=', at / 200, '<', at / 200 + 50] }],
      employees: [{ numeric: ['>=', at * 3, '<', at * 3 + 10_000] }],
    }),
    'anything-but': (at) => ({
      country: [{ 'anything-but': [0, 1, 7].map((step) => countries[(at * 3 + step) % countries.length]) }],
      title: [{ 'anything-but': [`title ${at}`] }],
    }),
    'wildcard of two letters': (at) => ({ email: [{ wildcard: `*${pair(at)}*${pair(at * 7)}*` }] }),
  }
  console.log('\n| 10,000 rules without anchors | parsed | matches per event |')
  console.log('|---|---|---|')
  for (const [name, detail] of Object.entries(sets)) {
    const set = compilePatterns(
      Array.from({ length: count }, (_, id) => ({ id, pattern: { detail: detail(id) } })),
    )
    const loop = Array.from({ length: count }, (_, id) => compilePattern({ detail: detail(id) }))
    let matches = 0
    for (const event of events.slice(0, 10)) {
      const wanted = loop.flatMap((pattern, id) => (pattern.matches(event) ? [id] : []))
      if (set.match(event).join() !== wanted.join())
        throw new Error(`the set of ${name} matches something else`)
    }
    for (const event of events) matches += set.match(event).length
    const times = await measure((at) => set.match(events[at]))
    console.log(`| ${name} | ${rate(times)} | ${(matches / events.length).toFixed(1)} |`)
  }
}

function mustAgree(name: string, engine: string, match: (at: number) => number[]): void {
  const wanted = expected.ruleSets[name]
  const hash = createHash('sha256')
  let total = 0
  for (let at = 0; at < events.length; at++) {
    const ids = match(at)
    total += ids.length
    hash.update(`${at}:${ids.join(',')}\n`)
  }
  if (total !== wanted?.totalMatches || hash.digest('hex') !== wanted.sha256) {
    throw new Error(`${engine} on ${name}: ${total} matches, ${wanted?.totalMatches} expected, or other ones`)
  }
}

// json-rules-engine has no prefix, wildcard or list semantics of its own; these are the rules it can express.
const scalarPaths = new Set(
  'source detail-type country channel industry title language score employees revenue'.split(' '),
)

async function jsonRulesEngine(rules: readonly Rule[]): Promise<string> {
  const engine = new Engine([], { allowUndefinedFacts: true })
  const kept: { id: number; pattern: Pattern }[] = []
  rules.forEach(({ pattern }, id) => {
    const conditions = conditionsOf(pattern)
    if (!conditions) return
    kept.push({ id, pattern: compilePattern(pattern) })
    engine.addRule({ conditions: conditions as TopLevelCondition, event: { type: String(id) } })
  })
  const match = async (event: Record<string, unknown>): Promise<number[]> => {
    const { events: found } = await engine.run({
      ...(event['detail'] as object),
      ...event,
      detail: undefined,
    })
    return found.map(({ type }) => Number(type)).sort((a, b) => a - b)
  }
  // Slow beyond some thousand rules: as many events as fit the time, the same for the check and the measurement.
  const sample = Math.max(2, Math.min(200, Math.round(4_000 / kept.length)))
  for (const event of events.slice(0, sample)) {
    const wanted = kept.filter(({ pattern }) => pattern.matches(event)).map(({ id }) => id)
    if ((await match(event)).join() !== wanted.join())
      throw new Error('json-rules-engine matches something else')
  }
  const times: number[] = []
  for (let round = 0; round < runs; round++) {
    const start = cpuTime()
    for (const event of events.slice(0, sample)) await match(event)
    times.push((cpuTime() - start) / sample)
  }
  return `${rate({ runs: times, best: Math.min(...times) })}, ${kept.length} rules`
}

/** The pattern as conditions of json-rules-engine, or undefined if it cannot be said there. */
function conditionsOf(pattern: Record<string, unknown>): NestedCondition | undefined {
  const all: NestedCondition[] = []
  for (const [key, value] of Object.entries(pattern)) {
    let part: NestedCondition | undefined
    if (key === '$or') {
      const parts = (value as Record<string, unknown>[]).map(conditionsOf)
      part = parts.every((each) => each !== undefined) ? { any: parts } : undefined
    } else if (Array.isArray(value)) {
      part = scalarPaths.has(key) ? listCondition(key, value) : undefined
    } else {
      part = key === 'detail' ? conditionsOf(value as Record<string, unknown>) : undefined
    }
    if (!part) return undefined
    all.push(part)
  }
  return { all }
}

function listCondition(fact: string, list: readonly unknown[]): NestedCondition | undefined {
  if (list.every((item) => typeof item !== 'object')) return { fact, operator: 'in', value: list }
  const [only] = list as Record<string, unknown>[]
  if (list.length !== 1 || !only) return undefined
  const { 'anything-but': but, numeric } = only as { 'anything-but'?: unknown; numeric?: unknown[] }
  if (Array.isArray(but)) return { fact, operator: 'notIn', value: but }
  if (!numeric) return undefined
  const signs: Record<string, string> = {
    '=': 'equal',
    '<': 'lessThan',
    '<=': 'lessThanInclusive',
    '>': 'greaterThan',
    '>=': 'greaterThanInclusive',
  }
  const bounds: NestedCondition[] = []
  for (let at = 0; at < numeric.length; at += 2) {
    bounds.push({ fact, operator: signs[String(numeric[at])] ?? '', value: numeric[at + 1] })
  }
  return { all: bounds }
}

type Times = { runs: number[]; best: number }

/**
 * Milliseconds of processor time per event of each run, after one run to warm up, and of the best single pass over the
 * events. Processor time, not time of the clock: other work on the machine then disturbs by the caches only.
 */
async function measure(work: (at: number) => unknown, slice = 100): Promise<Times> {
  const times: Times = { runs: [], best: Infinity }
  for (let round = 0; round <= runs; round++) {
    const start = cpuTime()
    let done = 0
    let now = start
    let passStart = start
    do {
      for (let at = 0; at < slice; at++) work((done + at) % events.length)
      done += slice
      now = cpuTime()
      if (done % events.length > 0) continue
      times.best = Math.min(times.best, (now - passStart) / events.length)
      passStart = now
    } while (now - start < runMilliseconds)
    if (round > 0) times.runs.push((now - start) / done)
  }
  return { ...times, best: Math.min(times.best, ...times.runs) }
}

/** Milliseconds that this process has had the processor, all threads together. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function rate({ runs: all, best }: Times): string {
  const perSecond = (milliseconds: number): string => {
    const events_ = 1000 / milliseconds
    return events_ < 10 ? events_.toFixed(1) : Math.round(events_).toLocaleString('en')
  }
  return `${perSecond(median(all))} (${perSecond(best)})`
}

function time(work: () => unknown): number {
  const start = cpuTime()
  work()
  return cpuTime() - start
}

function fixture(name: string): unknown {
  const path = new URL(`../test/fixture/pattern-workload/${name}`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8'))
}

if (import.meta.main) await run(new Set(process.argv.slice(2)))
