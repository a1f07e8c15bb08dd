/* The words of an expression. */

export interface Token {
  /** the text itself of signs and, in capitals, of keywords; otherwise what it is */
  type: string
  text: string
  start: number
  end: number
}

const keywords = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE'])
const pattern =
  /[ \t\r\n]+|(?<word>[a-zA-Z][a-zA-Z0-9_]*)|(?<alias>#[a-zA-Z0-9_]+)|(?<value>:[a-zA-Z0-9_]+)|(?<index>0|[1-9][0-9]*)|(?<sign><>|<=|>=|[=<>()[\],.+-])|(?<unknown>[^])/gu

/** The last one is the end. What belongs to no expression is a token too, which no rule expects. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(pattern)) {
    const type = typeOf(match[0], match.groups!)
    if (type !== undefined)
      tokens.push({ type, text: match[0], start: match.index, end: match.index + match[0].length })
  }
  const end = tokens.at(-1)?.end ?? 0
  tokens.push({ type: 'end', text: '<EOF>', start: end, end })
  return tokens
}

function typeOf(text: string, groups: Record<string, string | undefined>): string | undefined {
  if (groups['sign'] !== undefined) return text
  if (groups['word'] !== undefined) {
    const upper = text.toUpperCase()
    return keywords.has(upper) ? upper : 'name'
  }
  for (const type of ['alias', 'value', 'index', 'unknown']) if (groups[type] !== undefined) return type
  return undefined
}
