import { quantile } from '../quantile.ts'

/** A figure with its unit, the goal beside it, and what it is made of. */
export function tell(name: string, value: string, note: string, goal = ''): void {
  process.stdout.write(`${name.padEnd(34)} ${value.padStart(20)}  ${goal.padEnd(16)} ${note}\n`)
}

export const perSecond = (rate: number): string => `${rate.toFixed(rate < 10 ? 1 : 0)}/s`
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
export const megabytes = (size: number | undefined): string =>
  size === undefined ? 'unknown' : `${size.toFixed(0)} MB`

/** Half and all but one of a hundred: `p50 21 ms, p99 36 ms`. */
export const latencyOf = (milliseconds: readonly number[]): string =>
  [0.5, 0.99].map((share) => `p${share * 100} ${quantile(milliseconds, share).toFixed(1)} ms`).join(', ')
