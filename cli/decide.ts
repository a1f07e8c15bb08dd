import { givenProblems } from '#core/table/check/given.ts'
import { checkTable } from '#core/table/check/table.ts'
import { put } from '#core/table/fact/path.ts'
import { renderHtml, renderText, viewOf, type ExplanationView } from '#core/table/explain.ts'
import { factsFor, inWholeUnits, type Stated } from '#core/table/fact/derive.ts'
import type { Vocabulary } from '#core/table/fact/vocabulary.ts'
import { compileTable } from '#core/table/table.ts'
import { parseTable, type TableDefinition } from '#core/table/definition.ts'
import type { Problem, Source } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'
import { findFacts } from '#infra/found.ts'
import { readCompanyFiles, readText, readYaml, ruleFile } from './file.ts'
import { UsageError, type Options, type Terminal } from './terminal.ts'
import { printProblems } from './problem.ts'
import { writeTestYaml } from './table-yaml.ts'

/** `holdfast decide`: what a table says about one record, and why. */
export async function decide(
  names: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const [name] = names
  if (name === undefined || options.record === undefined)
    throw new UsageError('decide needs a rule and --record')
  const now = options.at === undefined ? terminal.now : Date.parse(options.at)
  if (Number.isNaN(now)) throw new UsageError(`--at ${options.at}: write a moment as 2026-11-23T09:00:00Z`)
  const source = readYaml(terminal.directory, ruleFile(terminal.directory, name))
  const vocabulary = await findFacts()
  const definition = parseTable(source, vocabulary)
  const { problems } = await checkTable(source, { vocabulary })
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0 && !options.json && !options.html)
    printProblems(errors, { ...terminal, out: terminal.err })

  const facts = readFacts({ definition, vocabulary, now }, options.record, terminal)
  const explanation = await compileTable(definition).explain(facts, now)
  const view = viewOf(explanation)
  if (options.pin !== undefined) terminal.out(testOf(options.pin, view, options.at))
  else if (options.html) terminal.out(`${renderHtml(view)}\n`)
  else if (options.json)
    terminal.out(`${JSON.stringify(options.explain ? view : explanation.decision, null, 2)}\n`)
  else if (options.explain) terminal.out(renderText(view))
  else
    terminal.out(
      `${Object.entries(view.outputs)
        .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`)
        .join('')}(${view.summary})\n`,
    )
  return 0
}

/** The decision as a test: the facts that were used, those that are personal left out, and what came out. */
function testOf(name: string, view: ExplanationView, at: string | undefined): string {
  const given: Record<string, unknown> = {}
  for (const fact of view.facts) if (!fact.personal) put(given, fact.name, fact.value)
  const decided = view.rows.filter((row) => row.state === 'decided').map((row) => row.id)
  const rows = view.hitPolicy.startsWith('collect') ? { rows: decided } : { row: decided[0] ?? 'default' }
  return writeTestYaml({
    name,
    given,
    ...(at !== undefined && { at }),
    expect: { ...rows, outputs: view.outputs },
  })
}

/** A record may be written alone or as the facts are (`{ "lead": {…}, "customer": {…} }`); what it states wins over what is derived. */
function readFacts(
  { definition, vocabulary, now }: { definition: TableDefinition; vocabulary: Vocabulary; now: number },
  file: string,
  terminal: Terminal,
): Record<string, unknown> {
  const text = readText(terminal.directory, file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new SyntaxError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError(`${file} must hold one record in { }`)
  const kind = definition.record
  const roots = new Set(vocabulary.factsOf(kind).map((fact) => fact.name.split('.')[0]!))
  const whole = Object.keys(value).some((key) => roots.has(key))
  const known = (whole ? value : { [kind]: value }) as Stated
  const company = readCompanyFiles(terminal.directory)
  const place = placeIn(file, text)
  const standard = { kind, vocabulary, company }
  const doubts = givenProblems(standard, inWholeUnits(known, company?.currency)).map(
    ({ name, code, message, hint }): Problem => {
      const path = name.split('.')
      const at = place(whole ? path : path.slice(1), code === 'unknown-field' ? 'key' : 'value')
      return { ...at, severity: 'warning', code, message, ...(hint && { hint }) }
    },
  )
  printProblems(doubts, { ...terminal, out: terminal.err }, new Map([[file, text]]))
  return factsFor(definition, known, vocabulary.nouns, { now, company })
}

/** Where something stands in a file of JSON, which is YAML too, except for tabs that indent it. */
function placeIn(file: string, text: string): Source['locate'] {
  try {
    return parseYaml(file, text).locate
  } catch {
    return () => ({ file, line: 1, column: 1 })
  }
}
