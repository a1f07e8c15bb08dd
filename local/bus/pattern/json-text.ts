/*
 * JSON read as it is written: number spellings, duplicate keys and their order survive, which JSON.parse loses and
 * event patterns are decided by.
 */

export type JsonNode =
  | { kind: 'object'; entries: [key: string, value: JsonNode][] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'literal'; value: boolean | null }

/** Deeper nesting is refused: nothing real is nested so far, and the call stack is finite. */
export const depthLimit = 1000

const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null))/y

/** @throws SyntaxError as JSON.parse, or RangeError beyond 1,000 levels */
export function readJson(text: string): JsonNode {
  // The engine's own parser decides what is JSON; below, tokens can be taken on trust.
  JSON.parse(text)
  let position = 0

  function next(): RegExpExecArray {
    token.lastIndex = position
    const found = token.exec(text)!
    position = token.lastIndex
    return found
  }

  function read(depth: number, [, mark, string, number, literal] = next()): JsonNode {
    if (depth > depthLimit) throw new RangeError(`JSON is nested more than ${depthLimit} levels deep`)
    if (string !== undefined) return { kind: 'string', value: JSON.parse(string) as string }
    if (number !== undefined) return { kind: 'number', text: number }
    if (literal !== undefined) return { kind: 'literal', value: JSON.parse(literal) as boolean | null }
    return mark === '{' ? readObject(depth) : readArray(depth)
  }

  function readObject(depth: number): JsonNode {
    const entries: [string, JsonNode][] = []
    for (let found = next(); found[1] !== '}'; found = next()) {
      if (found[1] === ',') continue
      next()
      entries.push([JSON.parse(found[2]!) as string, read(depth + 1)])
    }
    return { kind: 'object', entries }
  }

  function readArray(depth: number): JsonNode {
    const items: JsonNode[] = []
    for (let found = next(); found[1] !== ']'; found = next())
      if (found[1] !== ',') items.push(read(depth + 1, found))
    return { kind: 'array', items }
  }

  return read(0)
}
