import { Document, isMap, isPair, isSeq, visit } from 'yaml'
import type { TableInput } from '#core/rule/table-schema.ts'

const head = '# yaml-language-server: $schema=../docs/schema/decision-table.json\n'

/** A table file's text, laid out as in rules/: a row per block, short values on one line. */
export function writeTableYaml(table: TableInput): string {
  const document = new Document(table, { aliasDuplicateObjects: false })
  visit(document, {
    Pair(_, pair, path) {
      const key = String((pair.key as { value?: unknown } | null)?.value)
      // Conditions and tests are blocks, what they hold are lines; outputs and facts are lines.
      if (['then', 'default', 'given', 'expect'].includes(key) && isMap(pair.value)) pair.value.flow = true
      const parent = path.filter(isPair).at(-1)
      const above = String((parent?.key as { value?: unknown } | undefined)?.value)
      if ((above === 'when' || above === 'outputs') && (isSeq(pair.value) || isMap(pair.value)))
        pair.value.flow = true
    },
  })
  const text = document.toString({ lineWidth: 110, singleQuote: true, flowCollectionPadding: true })
  const spaced = text
    .replace(/^(outputs|rows|default|tests):/gm, '\n$1:')
    .replace(/^ {2}- id:/gm, '\n  - id:')
    .replace('rows:\n\n', 'rows:\n')
  return `${head}${spaced}`
}
