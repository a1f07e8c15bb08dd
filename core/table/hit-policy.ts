import type { Json, TableDefinition } from './definition.ts'

export type Outputs = Record<string, Json>

export interface Decision {
  /** a row decided; otherwise the outputs are the default's, or none */
  matched: boolean
  outputs: Outputs
  /** ids of the rows that count: one, or under collect all that matched */
  rows: string[]
  /** ids of rows that should not match together (unique), or not disagree (any): then the default decides */
  conflict?: string[]
}

/** A row that matched, with its outputs. */
export interface Hit {
  id: string
  outputs: Outputs
}

/** What the rows that matched, in the order of the file, decide together. Without any: nothing. */
export function applyHitPolicy(definition: TableDefinition, hits: Hit[]): Decision {
  const { hitPolicy } = definition
  if (hitPolicy === 'collect') return collect(definition, hits)
  const [first] = hits
  if (!first) return { matched: false, outputs: {}, rows: [] }
  if (
    hits.length > 1 &&
    (hitPolicy === 'unique' || (hitPolicy === 'any' && hits.some((hit) => differs(hit, first))))
  )
    return { matched: false, outputs: {}, rows: [], conflict: hits.map((hit) => hit.id) }
  const chosen = hitPolicy === 'priority' ? mostImportant(definition, hits) : first
  return { matched: true, outputs: chosen.outputs, rows: [chosen.id] }
}

function collect(definition: TableDefinition, hits: Hit[]): Decision {
  const outputs: Outputs = {}
  for (const { name } of definition.outputs) {
    const values = hits.flatMap((hit) => (Object.hasOwn(hit.outputs, name) ? [hit.outputs[name]!] : []))
    const numbers = values as number[]
    if (definition.aggregation === 'list') outputs[name] = values
    else if (definition.aggregation === 'count') outputs[name] = values.length
    else if (definition.aggregation === 'sum') outputs[name] = numbers.reduce((sum, value) => sum + value, 0)
    else if (values.length > 0)
      outputs[name] = definition.aggregation === 'min' ? Math.min(...numbers) : Math.max(...numbers)
  }
  return { matched: hits.length > 0, outputs, rows: hits.map((hit) => hit.id) }
}

/** By the outputs that have an order, the first declared first; among equals the row that stands first. */
function mostImportant(definition: TableDefinition, hits: Hit[]): Hit {
  const ordered = definition.outputs.filter((output) => output.oneOf)
  const rank = (hit: Hit): number[] =>
    ordered.map((output) => {
      const at = output.oneOf!.indexOf(hit.outputs[output.name] as string | number)
      return at < 0 ? Infinity : at
    })
  return hits.reduce((best, hit) => {
    const [a, b] = [rank(best), rank(hit)]
    const at = a.findIndex((place, index) => place !== b[index])
    return at >= 0 && b[at]! < a[at]! ? hit : best
  })
}

const differs = (a: Hit, b: Hit): boolean => JSON.stringify(a.outputs) !== JSON.stringify(b.outputs)
