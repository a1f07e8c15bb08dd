import * as z from 'zod'
import { askApi } from './account/api.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'

const step = z.object({ written: z.number(), removed: z.number(), next: z.unknown().optional() })

/**
 * `holdfast find --rebuild`: writes the search anew from the ledger, while people work. Wants a person of operations. When it is
 * interrupted, it is begun again: what was written stays.
 */
export async function find(args: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  if (args.length || !options.rebuild) throw new UsageError('write find --rebuild')
  const url = options.url ?? 'http://localhost:3000'
  const all = { written: 0, removed: 0 }
  let told = 0
  let place: unknown
  do {
    const json = place === undefined ? {} : { place }
    const { written, removed, next } = step.parse(
      await askApi(url, '/find/rebuild', terminal, { method: 'POST', json }),
    )
    all.written += written
    all.removed += removed
    if (all.written >= told + 10_000) {
      told = all.written
      terminal.err(`${told} records so far\n`)
    }
    place = next
  } while (place !== undefined)
  terminal.out(`${all.written} records can be found; ${all.removed} postings of nothing are gone\n`)
  return 0
}
