import { parseDuration } from '../time/duration.ts'
import type { OutputDefinition } from './definition.ts'

/** Why a value is none that this output may have, or undefined. Says what would be. */
export function outputProblem(output: OutputDefinition, value: unknown): string | undefined {
  const told = `${output.name} is ${show(value)}`
  switch (output.type) {
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return `${told}, which is no number`
      if (output.least !== undefined && value < output.least) return `${told}, less than ${output.least}`
      if (output.most !== undefined && value > output.most) return `${told}, more than ${output.most}`
      break
    case 'flag':
      if (typeof value !== 'boolean') return `${told}, neither true nor false`
      break
    case 'duration':
      if (typeof value !== 'string') return `${told}, which is no duration such as "30 minutes"`
      try {
        parseDuration(value)
      } catch (error) {
        return `${output.name}: ${error instanceof Error ? error.message : String(error)}`
      }
      break
    case 'text':
      if (typeof value !== 'string') return `${told}, which is no text`
      break
    case 'team':
    case 'person':
    case 'queue':
      if (typeof value !== 'string' || !/^[a-z][a-z0-9-]*$/.test(value))
        return `${told}, which is no id of a ${output.type}`
  }
  if (output.oneOf && !output.oneOf.includes(value as string | number))
    return `${told}, which is none of ${output.oneOf.join(', ')}`
  return undefined
}

const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value))
