/* Finds the route of an HTTP API for a request, by the order of precedence that API Gateway documents. */

export interface Matched<T> {
  route: T
  parameters: Record<string, string>
}

interface Segment {
  /** Order of precedence: a literal before a variable before a greedy variable. */
  rank: 0 | 1 | 2
  text: string
}

interface Compiled<T> {
  method: string
  segments: Segment[]
  route: T
}

/**
 * Compiles route keys (`POST /leads`, `ANY /f/{formId}`, `GET /files/{path+}`, `$default`).
 * @returns a function that gives the most specific route and the decoded path variables
 */
export function compileRoutes<T extends { key: string }>(
  routes: T[],
): (method: string, path: string) => Matched<T> | undefined {
  const compiled = routes.filter(({ key }) => key !== '$default').map(compile)
  compiled.sort((left, right) => comparePrecedence(left, right))
  const fallback = routes.find(({ key }) => key === '$default')

  return (method, path) => {
    const parts = path.split('/').slice(1)
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue
      const parameters = matchSegments(candidate.segments, parts)
      if (parameters) return { route: candidate.route, parameters }
    }
    return fallback && { route: fallback, parameters: {} }
  }
}

function compile<T extends { key: string }>(route: T): Compiled<T> {
  const [method, path] = route.key.split(' ') as [string, string]
  const segments = path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const variable = /^\{([^}+]+)(\+?)\}$/.exec(text)
      return variable ? { rank: variable[2] ? 2 : 1, text: variable[1]! } : { rank: 0, text }
    })
  return { method, segments, route }
}

function comparePrecedence(left: Compiled<unknown>, right: Compiled<unknown>): number {
  const length = Math.max(left.segments.length, right.segments.length)
  for (let index = 0; index < length; index++) {
    const difference = (left.segments[index]?.rank ?? 3) - (right.segments[index]?.rank ?? 3)
    if (difference !== 0) return difference
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY')
}

function matchSegments(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const isGreedy = segments.at(-1)?.rank === 2
  if (isGreedy ? parts.length < segments.length : parts.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, { rank, text }] of segments.entries()) {
    const part = rank === 2 ? parts.slice(index).join('/') : parts[index]!
    if (rank === 0 ? part !== text : part === '') return undefined
    if (rank > 0) parameters[text] = decode(part)
  }
  return parameters
}

/** A stray percent sign is no reason to refuse a path. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
