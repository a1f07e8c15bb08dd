import { randomBytes } from 'node:crypto'
import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { newId, toInstant, type Instant } from '#core/record/id.ts'
import { Fault } from '#core/record/fault.ts'

// Of itself zod/mini calls every wrong value `Invalid input`. Here, because every function comes by.
z.config(en())

/** Reads a variable that the infrastructure sets. Throws Fault `config.broken` when it is missing, and may not be. */
export type Environment = (name: string, otherwise?: string) => string

/**
 * What may be written into a log: names, counts and identifiers. The list is closed, so that a lead's name, text
 * or address cannot get there by accident; a message is a fixed word of the source code, never a composed text.
 */
export interface LogFields {
  requestId?: string
  tenant?: string
  /** what kind of record, and which */
  kind?: string
  recordId?: string
  submissionId?: string
  messageId?: string
  workflow?: string
  segment?: number
  execution?: string
  route?: string
  status?: number
  /** a fault's code or an error's name */
  code?: string
  outcome?: string
  count?: number
  failed?: number
  milliseconds?: number
}

export type Log = (
  level: 'info' | 'warn' | 'error',
  what: string,
  fields?: LogFields,
  cause?: unknown,
) => void

export interface Clock {
  now(): number
  instant(): Instant
}

/** What every action gets: time, identifiers and a log, beside the resources that it named. */
export interface Basics {
  env: Environment
  clock: Clock
  /** a new public identifier, such as `lead_01J…` */
  newId(prefix: string): string
  log: Log
}

/** How each resource is opened, by the name under which the action gets it: `{ store: openTable }`. */
export type Uses = Record<string, (env: Environment) => unknown>

export type Surroundings<U extends Uses> = Basics & { [Name in keyof U]: ReturnType<U[Name]> }

/** Opens what an action uses. Done once per process, at its cold start, so a missing variable shows at once. */
export function openAll<U extends Uses>(uses: U): Surroundings<U> {
  const opened = Object.fromEntries(Object.entries(uses).map(([name, open]) => [name, open(env)]))
  return { env, clock, newId: freshId, log, ...opened } as Surroundings<U>
}

const env: Environment = (name, otherwise) => {
  const value = process.env[name] || otherwise
  if (value === undefined) throw new Fault('config.broken', `the variable ${name} is not set`)
  return value
}

const clock: Clock = { now: () => Date.now(), instant: () => toInstant(Date.now()) }

const freshId = (prefix: string): string => newId(prefix, Date.now(), randomBytes(10))

export const log: Log = (level, what, fields = {}, cause) => {
  const line = { level, what, at: clock.instant(), ...fields, ...(cause !== undefined && traceOf(cause)) }
  console[level](JSON.stringify(line))
}

/** An error's name and stack frames. Its message is left out: it may quote what a stranger typed. */
function traceOf(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return { error: typeof cause }
  const frames = (cause.stack ?? '').split('\n').filter((row) => /^\s+at /.test(row))
  const inner = cause.cause instanceof Error ? { cause: cause.cause.name } : {}
  return { error: cause.name, frames: frames.slice(0, 8).map((row) => row.trim()), ...inner }
}
