import { Document, isMap, isPair, isScalar, isSeq, visit, type Pair } from 'yaml'
import type { TableInput } from '#core/table/schema.ts'

const head = '# yaml-language-server: $schema=../docs/schema/decision-table.json\n'

/** A table file's text, laid out as in rules/: a row per block, short values on one line. */
export function writeTableYaml(table: TableInput): string {
  const text = layOut(table)
  const spaced = text
    .replace(/^(outputs|rows|default|tests):/gm, '\n$1:')
    .replace(/^ {2}- id:/gm, '\n  - id:')
    .replace('rows:\n\n', 'rows:\n')
  return `${head}${spaced}`
}

/** One test, indented as it stands under `tests:`. */
export const writeTestYaml = (test: NonNullable<TableInput['tests']>[number]): string =>
  layOut({ tests: [test] }).replace('tests:\n', '')

function layOut(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Pair(_, pair, path) {
      const key = nameOf(pair)
      // Conditions and tests are blocks, what they hold are lines; outputs and facts are lines.
      if (['then', 'default', 'given', 'expect'].includes(key) && isMap(pair.value)) pair.value.flow = true
      const above = nameOf(path.filter(isPair).at(-1))
      if ((above === 'when' || above === 'outputs') && (isSeq(pair.value) || isMap(pair.value)))
        pair.value.flow = true
    },
  })
  return document.toString({ lineWidth: 110, singleQuote: true, flowCollectionPadding: true })
}

const nameOf = (pair: Pair | undefined): string => (isScalar(pair?.key) ? String(pair.key.value) : '')
