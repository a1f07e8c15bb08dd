import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { main } from '../cli/main.ts'
import { readTable } from '../core/table/definition.ts'
import { compileTable } from '../core/table/table.ts'
import { parseYaml } from '../core/source/yaml.ts'
import { northwindFolder } from '../test/fixture/northwind.ts'
import { vocabulary } from '../test/fixture/vocabulary.ts'
import { median } from './quantile.ts'

const root = resolve(import.meta.dirname, '..')
const rules = join(northwindFolder, 'rules')
const rounds = 41

/**
 * Decision tables: what deciding and explaining cost on Northwind's tables (records: those of their own tests), how
 * large a kept explanation is, and how long `holdfast check` takes for 200 tables. Medians; deciding and
 * explaining take turns in short rounds, so that a busy machine is unfair to both.
 */
export async function run(options: ReadonlySet<string>): Promise<void> {
  const calls = options.has('--quick') ? 500 : 4_000
  process.stdout.write(
    '| table | decide µs | explain µs | factor | record, largest bytes |\n|---|---:|---:|---:|---:|\n',
  )
  for (const file of readdirSync(rules).filter((name) => name.endsWith('.yaml'))) {
    const source = parseYaml(`rules/${file}`, readFileSync(join(rules, file), 'utf8'))
    const { definition, tests } = readTable(source, vocabulary)
    const table = compileTable(definition)
    let largest = 0
    for (const test of tests)
      largest = Math.max(largest, JSON.stringify((await table.explain(test.given, test.at)).record).length)
    const times: Record<'decide' | 'explain', number[]> = { decide: [], explain: [] }
    for (let round = -5; round < rounds; round++)
      for (const verb of ['decide', 'explain'] as const) {
        const started = performance.now()
        for (let call = 0; call < calls; call++) {
          const test = tests[call % tests.length]!
          await table[verb](test.given, test.at)
        }
        // The first rounds warm up.
        if (round >= 0) times[verb].push(((performance.now() - started) * 1000) / calls)
      }
    const [plain, explained] = [median(times.decide), median(times.explain)]
    process.stdout.write(
      `| ${file.replace('.yaml', '')} | ${plain.toFixed(2)} | ${explained.toFixed(2)} | ${(explained / plain).toFixed(2)} | ${largest} |\n`,
    )
  }
  await checkMany()
}

/** Northwind's tables, copied under other names until there are 200. */
async function checkMany(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  try {
    mkdirSync(join(directory, 'rules'))
    const files = readdirSync(rules).filter((name) => name.endsWith('.yaml'))
    for (let copy = 0; copy < 200; copy++) {
      const text = readFileSync(join(rules, files[copy % files.length]!), 'utf8')
      writeFileSync(
        join(directory, 'rules', `copy-${copy}.yaml`),
        text.replace(/^decision: .*$/m, `decision: copy-${copy}`),
      )
    }
    const [inside, busy, whole]: number[][] = [[], [], []]
    for (let round = 0; round < 5; round++) {
      let started = performance.now()
      const before = process.cpuUsage()
      let said = ''
      const terminal = {
        directory,
        out: (text: string) => void (said += text),
        err: () => {},
        colour: false,
        now: 0,
      }
      if ((await main(['check'], terminal)) !== 0) throw new Error(`check found problems: ${said}`)
      inside!.push(performance.now() - started)
      const { user, system } = process.cpuUsage(before)
      busy!.push((user + system) / 1000)
      started = performance.now()
      execFileSync(process.execPath, [join(root, 'cli/holdfast.mjs'), 'check'], { cwd: directory })
      whole!.push(performance.now() - started)
    }
    process.stdout.write(
      `\ncheck of 200 tables: ${median(whole!).toFixed(0)} ms as a command, ${median(inside!).toFixed(0)} ms in a running process, of which ${median(busy!).toFixed(0)} ms of processor time (medians of 5)\n`,
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}
