/*
 * The trie of the paths in use: one node per key segment.
 */

export type PathNode = {
  /** Where the value goes, or -1 if only longer paths are in use. */
  slot: number
  /** Segment to node; undefined marks keys that were seen in events and that no path uses. */
  next: Map<string, PathNode | typeof unused>
  /** Paths in use at and below this node. */
  uses: number
  /** The keys in use, for look-ups in text; made when first needed. */
  keys: KeyTable | undefined
  /**
   * The keys of the last object read here, in their order, and the nodes that they lead to: the next object is likely to
   * have the same, and comparing two keys is cheaper than looking one up. Of the trie as it was at `shapeOf`.
   */
  shapeKeys: string[]
  shapeNodes: (PathNode | undefined)[]
  shapeOf: number
}

/** A node without paths. */
export function newNode(): PathNode {
  return { slot: -1, next: new Map(), uses: 0, keys: undefined, shapeKeys: [], shapeNodes: [], shapeOf: -1 }
}

/** Segments of a node by a hash of their units, open addressing; so a key in a text is found without cutting it out. */
export type KeyTable = { mask: number; hashes: Int32Array; nodes: (PathNode | undefined)[]; texts: string[] }

export const unused = Symbol('unused')

/** The table of a node's keys. */
export function keyTable(node: PathNode): KeyTable {
  if (node.keys) return node.keys
  const used = [...node.next].filter((entry): entry is [string, PathNode] => entry[1] !== unused)
  const size = 2 ** Math.ceil(Math.log2(Math.max(4, used.length * 4)))
  const table: KeyTable = {
    mask: size - 1,
    hashes: new Int32Array(size),
    nodes: Array.from({ length: size }, () => undefined),
    texts: Array.from({ length: size }, () => ''),
  }
  for (const [text, next] of used) {
    let hash = 0
    for (let index = 0; index < text.length; index++) hash = nextHash(hash, text.charCodeAt(index))
    let place = hash & table.mask
    while (table.nodes[place] !== undefined) place = (place + 1) & table.mask
    table.hashes[place] = hash
    table.nodes[place] = next
    table.texts[place] = text
  }
  return (node.keys = table)
}

/** One step of the hash of a key. */
export function nextHash(hash: number, unit: number): number {
  return (Math.imul(hash, 31) + unit) | 0
}
