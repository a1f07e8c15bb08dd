/* Scalars of JSON; numbers by their decimal text, for comparing beyond what a double holds. */
import type { JsonNode } from './json-text.ts'

export type Scalar =
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string; decimal: string; value: number | undefined }
  | { kind: 'literal'; value: boolean | null }

export function scalarOf(node: JsonNode & { kind: 'string' | 'number' | 'literal' }): Scalar {
  if (node.kind !== 'number') return node
  return { kind: 'number', text: node.text, decimal: decimal(node.text), value: comparableNumber(node.text) }
}

/** A canonical text: equal for equal decimal values (5, 5.0, 50e-1, and -0 for 0). */
export function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  // BigInt: the exponent of a hostile number has any number of digits.
  const scale = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  return `${sign}${significant}e${scale}`
}

/** The double a number stands for; undefined if the double's own text is another number (9007199254740993, 1e400). */
export function comparableNumber(text: string): number | undefined {
  const value = Number(text)
  return Number.isFinite(value) && decimal(String(value)) === decimal(text) ? value : undefined
}
