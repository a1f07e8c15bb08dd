import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Node,
  type Pair,
} from 'yaml'
import { SourceError, type Place, type Problem, type Source } from './source.ts'

/**
 * Parses a YAML file that an operator wrote, keeping the place of every value.
 * The only file that imports the YAML parser: files are compiled at synth, so none of it ships in a Lambda.
 * Throws SourceError with every syntax error; duplicate keys, unresolved aliases and text that is not UTF-8 are errors too.
 */
export function parseYaml(file: string, text: string): Source {
  const lines = new LineCounter()
  // Aliases could blow a small file up to gigabytes; nothing that an operator writes here needs many.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
  })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  // The decoder put a sign of its own where it could not read: without this, a rule would compare with that sign.
  const unread = text.search(/[\uFFFD\u0000]/)
  if (unread >= 0)
    throw new SourceError([
      {
        ...at(unread),
        severity: 'error',
        code: 'yaml-encoding',
        message: 'the file is not UTF-8',
        hint: 'save it in the encoding UTF-8',
      },
    ])
  if (document.errors.length)
    throw new SourceError(
      document.errors.map((error): Problem => ({
        ...at(error.pos[0]),
        severity: 'error',
        code: 'yaml-syntax',
        message: error.message,
      })),
    )
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 50 })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new SourceError([{ ...at(0), severity: 'error', code: 'yaml-syntax', message }])
  }

  function find(path: readonly (string | number)[]): {
    node: Node | undefined
    pair: Pair | undefined
    whole: boolean
  } {
    let node: Node | undefined = document.contents ?? undefined
    let pair: Pair | undefined
    for (const part of path) {
      let child: unknown
      let through: Pair | undefined
      if (isMap(node)) {
        through = node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
        )
        child = through?.value
        if (through && !isNode(child)) return { node, pair: through, whole: true }
      } else if (isSeq(node)) {
        child = node.items[Number(part)]
        through = undefined
      }
      if (!isNode(child)) return { node, pair, whole: false }
      node = child
      pair = through
    }
    return { node, pair, whole: true }
  }

  return {
    file,
    text,
    value,
    locate(path, part = 'value') {
      const { node, pair } = find(path)
      const target = part === 'key' && pair && isNode(pair.key) ? pair.key : node
      return at(target?.range?.[0] ?? 0)
    },
    slice(path) {
      const { node, whole } = find(path)
      return whole && node?.range ? text.slice(node.range[0], node.range[1]) : undefined
    },
  }
}
