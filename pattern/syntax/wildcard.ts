/*
 * Wildcard patterns: reading them, and the complexity by which the bus refuses them.
 *
 * Complexity is the largest number of prefixes of wildcard patterns that one input can be in at once, over all
 * wildcards of one list. Once an input has passed a star it can always come back to it, so the worst input keeps
 * every star of the compatible patterns open, one prefix each, and ends in the text whose suffixes begin the most
 * pieces behind stars. That second part is the heaviest chain of failure links in the trie of those pieces
 * (Aho-Corasick): linear in the pattern. Rejected: exploring the subsets of the automaton, exponential.
 * The measure agrees with the recorded answers of the bus: 7 and 9 were taken, 11 and 12 refused.
 */

/** Cuts a wildcard at its stars and resolves \* and \\; or says what is malformed. */
export function wildcardPieces(text: string): string[] | { found: string; expected: string } {
  const pieces: string[] = []
  let piece = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '*') {
      if (text[index + 1] === '*')
        return { found: '"**" in a wildcard', expected: 'one star; a second one adds nothing' }
      pieces.push(piece)
      piece = ''
    } else if (character === '\\') {
      const escaped = text[++index]
      if (escaped !== '*' && escaped !== '\\') {
        return { found: `"\\${escaped ?? ''}" in a wildcard`, expected: 'only "\\*" and "\\\\" as escapes' }
      }
      piece += escaped
    } else {
      piece += character
    }
  }
  return [...pieces, piece]
}

/** The largest number of wildcard prefixes that one input can be in at once. */
export function wildcardComplexity(patterns: readonly (readonly string[])[]): number {
  const starred = patterns.filter((pieces) => pieces.length > 1)
  if (starred.length === 0) return 0
  const byHead = Map.groupBy(starred, (pieces) => pieces[0] ?? '')
  const lengths = [...new Set([...byHead.keys()].map((head) => head.length))]
  let most = 0
  for (const head of byHead.keys()) {
    // An input that is past this head is also past every head that begins it, and past no other.
    const open: (readonly string[])[] = []
    let stars = 0
    for (const length of lengths) {
      if (length > head.length) continue
      for (const pieces of byHead.get(head.slice(0, length)) ?? []) {
        open.push(pieces)
        stars += pieces.length - 1
        if (stars >= tooManyStars) return stars
      }
    }
    most = Math.max(most, stars + heaviestChain(open.flatMap((pieces) => pieces.slice(1))))
  }
  return most
}

// Enough to be refused whatever else is there; keeps the work for a list of many wildcards small.
const tooManyStars = 64

type TrieNode = { next: Map<number, TrieNode>; fail: TrieNode | undefined; pieces: number; total: number }

function heaviestChain(pieces: readonly string[]): number {
  const root: TrieNode = { next: new Map(), fail: undefined, pieces: 0, total: 0 }
  for (const piece of pieces) {
    let node = root
    for (let index = 0; index < piece.length; index++) {
      const unit = piece.charCodeAt(index)
      let next = node.next.get(unit)
      if (!next) node.next.set(unit, (next = { next: new Map(), fail: undefined, pieces: 0, total: 0 }))
      next.pieces++
      node = next
    }
  }
  let heaviest = 0
  const queue = [root]
  for (let index = 0; index < queue.length; index++) {
    const node = queue[index] as TrieNode
    for (const [unit, child] of node.next) {
      let fail = node.fail
      while (fail && !fail.next.has(unit)) fail = fail.fail
      child.fail = fail?.next.get(unit) ?? root
      child.total = child.pieces + child.fail.total
      heaviest = Math.max(heaviest, child.total)
      queue.push(child)
    }
  }
  return heaviest
}
