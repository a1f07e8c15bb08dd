/**
 * Problem: where is a JSON text broken? JSON.parse says so in words that differ between engines, quotes what a
 * stranger typed, and names no place for most faults. It also accepts any depth, which later recursion does not.
 * Representation: one pass over the text with a stack of open brackets, as in RFC 8259.
 * Invariant: there is no fault exactly when JSON.parse accepts the text and it is no deeper than `deepest`.
 * Rejected: reading the place out of the engine's message; a whole parser of our own, whose values would need proving.
 */
export interface JsonFault {
  /** position in the text, in UTF-16 units */
  offset: number
  /** both count from 1 */
  line: number
  column: number
  what: string
}

const space = /[ \t\n\r]*/y
const scalar =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y

/** The first fault of a JSON text, or nothing. */
export function findJsonFault(json: string, deepest = 20): JsonFault | undefined {
  const open: ('{' | '[')[] = []
  let at = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const found = pattern.test(json)
    if (found) at = pattern.lastIndex
    return found
  }
  const skip = (character: string): boolean => {
    take(space)
    if (json[at] !== character) return false
    at++
    return true
  }
  const fault = (what: string): JsonFault =>
    placeOf(json, at, at >= json.length ? 'the text ends too early' : what)
  /** Reads a name and its colon; true when it could. */
  const takeName = (): boolean => {
    take(space)
    return take(text) && skip(':')
  }

  for (;;) {
    // A value begins here.
    take(space)
    const character = json[at]
    if (character === '{' || character === '[') {
      if (open.length === deepest) return fault(`nested deeper than ${deepest} levels`)
      at++
      if (!skip(character === '{' ? '}' : ']')) {
        open.push(character)
        if (character === '{' && !takeName()) return fault('a name in double quotes and a colon are expected')
        continue
      }
    } else if (!take(scalar)) return fault('a value is expected')

    // A value has ended: close what closes after it.
    for (;;) {
      const inside = open.at(-1)
      if (!inside) {
        take(space)
        return at === json.length ? undefined : fault('nothing more is expected')
      }
      if (skip(',')) {
        if (inside === '{' && !takeName()) return fault('a name in double quotes and a colon are expected')
        break
      }
      if (!skip(inside === '{' ? '}' : ']'))
        return fault(inside === '{' ? 'a comma or } is expected' : 'a comma or ] is expected')
      open.pop()
    }
  }
}

function placeOf(json: string, offset: number, what: string): JsonFault {
  const before = json.slice(0, offset)
  const line = before.split('\n').length
  return { offset, line, column: offset - before.lastIndexOf('\n'), what }
}
