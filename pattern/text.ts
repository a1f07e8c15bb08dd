/*
 * Text comparisons: wildcards and case folding.
 *
 * Wildcard: the pattern is cut at its stars; head and tail are anchored, the pieces between are found left to right.
 * The first place of each piece is always a right choice, so there is no backtracking and the cost is one search
 * per piece. Rejected: RegExp, which backtracks on `*a*a*a*b`.
 *
 * Case: each character of the pattern stands for itself, its lower and its upper case (which may be longer: ß is SS);
 * the event's text is never folded. Folding is by code point and locale-free.
 */

/** Tests a text. */
export type TextTest = (text: string) => boolean

/** The literal pieces of a wildcard between its stars; one piece if there is no star. */
export function wildcardTest(pieces: readonly string[]): TextTest {
  const head = pieces[0] ?? ''
  if (pieces.length === 1) return (text) => text === head
  const tail = pieces[pieces.length - 1] ?? ''
  const middle = pieces.slice(1, -1)
  const shortest = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (middle.length === 0) {
    return (text) => text.length >= shortest && text.startsWith(head) && text.endsWith(tail)
  }
  return (text) => {
    if (text.length < shortest || !text.startsWith(head) || !text.endsWith(tail)) return false
    let from = head.length
    for (const piece of middle) {
      const found = text.indexOf(piece, from)
      if (found < 0) return false
      from = found + piece.length
    }
    return from <= text.length - tail.length
  }
}

/** Where in the text the folded pattern has to lie. */
export type Anchor = 'whole' | 'start' | 'end'

/** Tests for the pattern whatever its case. */
export function foldedTest(pattern: string, anchor: Anchor): TextTest {
  const characters = Array.from(pattern, variants)
  if (characters.every((forms) => forms.every((form) => form.length === 1)))
    return unitTest(characters, anchor)

  // The positions that are possible after each character, walked from the anchored side. Forms of one character
  // differ in their first and last unit, so the set does not grow; it is a set because nothing else proves that.
  const forward = (text: string): Set<number> => {
    let positions = new Set([0])
    for (const forms of characters)
      positions = step(positions, forms, (form, at) => text.startsWith(form, at), 1)
    return positions
  }
  if (anchor === 'start') return (text) => forward(text).size > 0
  if (anchor === 'whole') return (text) => forward(text).has(text.length)
  const reversed = characters.toReversed()
  return (text) => {
    let positions = new Set([text.length])
    for (const forms of reversed)
      positions = step(positions, forms, (form, at) => text.endsWith(form, at), -1)
    return positions.size > 0
  }
}

function step(
  positions: ReadonlySet<number>,
  forms: readonly string[],
  holds: (form: string, at: number) => boolean,
  direction: 1 | -1,
): Set<number> {
  const next = new Set<number>()
  for (const position of positions) {
    for (const form of forms) if (holds(form, position)) next.add(position + direction * form.length)
  }
  return next
}

/** The common case: every form is one unit long. */
function unitTest(characters: readonly string[][], anchor: Anchor): TextTest {
  const [self, lower, upper] = [0, 1, 2].map((which) =>
    Uint16Array.from(characters, (forms) => (forms[which] ?? forms[0] ?? '').charCodeAt(0)),
  )
  if (!self || !lower || !upper) throw new Error('unreachable: three forms')
  const size = self.length
  const holds = (text: string, from: number): boolean => {
    for (let index = 0; index < size; index++) {
      const unit = text.charCodeAt(from + index)
      if (unit !== self[index] && unit !== lower[index] && unit !== upper[index]) return false
    }
    return true
  }
  if (anchor === 'whole') return (text) => text.length === size && holds(text, 0)
  if (anchor === 'start') return (text) => text.length >= size && holds(text, 0)
  return (text) => text.length >= size && holds(text, text.length - size)
}

function variants(character: string): string[] {
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])]
}
