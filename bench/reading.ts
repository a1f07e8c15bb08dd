import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { median } from './quantile.ts'
import type { Bench } from './run.ts'

/*
 * `npm run bench -- reading`: processor time to read a country, in a process that has read none before and again in the
 * same one. The names of a language are made when one is first asked for, so each case gets new processes.
 */

const cases = {
  'a code': 'DE',
  'a name in English': 'Germany',
  'a name in a language that we speak': 'Niemcy',
  'a name in another language': 'Þýskaland',
  'a text that is in none of them': 'Atlantis',
}

interface Times {
  first: number
  again: number
}

export const run: Bench['run'] = (options) => {
  const processes = options.has('--quick') ? 3 : 9
  const line = (...cells: string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)
  process.stdout.write(`Milliseconds of processor time, median of ${processes} new processes.\n\n`)
  line('country', 'first', 'again')
  line('---', '---', '---')
  for (const [what, text] of Object.entries(cases)) {
    const times = Array.from({ length: processes }, () => measure(text))
    const of = (which: keyof Times): string => median(times.map((each) => each[which])).toFixed(2)
    line(`${what}: \`${text}\``, of('first'), of('again'))
  }
}

/** Again: the mean of 200, of which nothing is kept but the names. */
function measure(text: string): Times {
  const source = `
    import { readCountry } from '#core/intake/read/country.ts'
    const timed = (times) => {
      const before = process.cpuUsage()
      for (let i = 0; i < times; i++) readCountry(${JSON.stringify(text)})
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000 / times
    }
    console.log(JSON.stringify({ first: timed(1), again: timed(200) }))`
  const told = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: resolve(import.meta.dirname, '..'),
    encoding: 'utf8',
  })
  return JSON.parse(told) as Times
}
