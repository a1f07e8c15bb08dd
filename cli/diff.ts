import { diffTables, type DiffSample } from '#core/table/check/diff.ts'
import { parseTable } from '#core/table/definition.ts'
import type { Decision } from '#core/table/hit-policy.ts'
import { findFacts } from '#infra/found.ts'
import { readYaml } from './file.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'

/** `holdfast rules diff`: what changed between two versions of a table. */
export async function diff(names: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const [older, newer] = names
  if (older === undefined || newer === undefined)
    throw new UsageError('rules diff needs the older and the newer file')
  const vocabulary = await findFacts()
  const [before, after] = [older, newer].map((file) =>
    parseTable(readYaml(terminal.directory, file), vocabulary),
  )
  const result = await diffTables(before!, after!, vocabulary)
  if (options.json) {
    terminal.out(
      `${JSON.stringify({ before: before!.version, after: after!.version, ...result }, null, 2)}\n`,
    )
    return 0
  }
  if (result.changes.length === 0) {
    terminal.out(`nothing that decides has changed (version ${after!.version})\n`)
    return 0
  }
  terminal.out(`${after!.name} ${before!.version} → ${after!.version}\n`)
  for (const change of result.changes) terminal.out(`  ${change}\n`)
  terminal.out(
    `\n${result.samples.length === 0 ? none(result.complete) : 'Decided differently, for example:'}\n`,
  )
  for (const sample of result.samples) terminal.out(`  ${told(sample)}\n`)
  if (result.samples.length > 0 && !result.complete) terminal.out('  There may be others.\n')
  return 0
}

const none = (complete: boolean): string =>
  complete
    ? 'No record is decided differently.'
    : 'No record was found that is decided differently; not all could be tried.'

const told = ({ facts, at, before, after }: DiffSample): string =>
  `${JSON.stringify(facts)}${at === undefined ? '' : ` at ${new Date(at).toISOString()}`}\n    was ${outcome(before)}\n    now ${outcome(after)}`

const outcome = (decision: Decision): string => {
  const outputs = Object.entries(decision.outputs).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const rows = decision.conflict
    ? `conflict of ${decision.conflict.join(', ')}`
    : decision.rows.join(', ') || (outputs.length > 0 ? 'default' : 'nothing')
  return `${rows}: ${outputs.join(', ') || 'no outputs'}`
}
