import * as z from 'zod/mini'
import { instant, tenantId, toInstant, type Instant } from '../record/id.ts'
import { toItem, type Entity } from '../record/item.ts'
import type { Kind } from '../record/kind.ts'
import { keyOf, type Key } from '../record/key.ts'
import { Fault } from '../record/fault.ts'
import type { Write } from '../store/store.ts'
import { scope, scopeAmong, scopesOf, type Scope } from './scope.ts'

/*
 * Keys by which programs call the API.
 *
 * A key is `hf_`, 12 characters that name it, 32 that are secret (190 bits) and 6 of a CRC-32 over what is before them:
 * a typo is told apart without asking anybody, and a scanner of repositories finds keys by `hf_[0-9A-Za-z]{50}` and
 * the checksum. What is stored is a SHA-256 of the whole: no salt and no slow hash, since nobody guesses 190 bits.
 *
 * A program has at most two live keys, so that a new one can be brought out before the old one is revoked. The item of
 * the program names them; each change replaces it in the same transaction, so that two callers cannot make a third.
 */

const programName = z
  .string()
  .check(
    z.regex(/^[a-z][a-z0-9-]{0,39}$/, 'write small letters, digits and hyphens, at most 40, a letter first'),
  )

/** What is asked for: a key of a program, for some of the scopes of these kinds. */
export const keyInput = (kinds: Iterable<Pick<Kind, 'plural' | 'doors'>>) =>
  z.strictObject({
    program: programName,
    scopes: z.array(scopeAmong(scopesOf(kinds))).check(z.minLength(1, 'name at least one scope')),
  })

export const programKey = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  /** `key_` and the 12 characters that are in the key too */
  id: z.string(),
  program: programName,
  scopes: z.array(scope),
  /** SHA-256 of the key, in hexadecimal digits */
  digest: z.string(),
  createdAt: instant,
  createdBy: z.string(),
  /** roughly: it lags up to an hour behind */
  usedAt: z.optional(instant),
  revokedAt: z.optional(instant),
  revokedBy: z.optional(z.string()),
})
export type ProgramKey = z.infer<typeof programKey>

export const program = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  name: programName,
  /** ids of its live keys */
  live: z.array(z.string()),
})
export type Program = z.infer<typeof program>

/** One partition holds them all, so that the authorizer needs a permission for nothing else. */
export const keyPartition = (tenant: string): string => keyOf(tenant, 'key')

/** All keys have this prefix in the partition; the programs lie beside them. */
export const keyPrefix = 'key#'

export const programKeyKey = (tenant: string, id: string): Key => ({
  pk: keyPartition(tenant),
  sk: keyOf('key', id),
})

export const programKeyOfName = (tenant: string, name: string): Key => ({
  pk: keyPartition(tenant),
  sk: keyOf('program', name),
})

export const programKeyEntity: Entity<ProgramKey> = {
  kind: 'program-key',
  schema: programKey,
  keys: (record) => ({
    ...programKeyKey(record.tenant, record.id),
    // Kept for a quarter of a year, to answer who had it and when it was last used.
    ...(record.revokedAt && { expiresAt: Math.floor(Date.parse(record.revokedAt) / 1000) + 90 * 86_400 }),
  }),
}

export const programEntity: Entity<Program> = {
  kind: 'program',
  schema: program,
  keys: (record) => programKeyOfName(record.tenant, record.name),
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 12
const secretLength = 32
const checkLength = 6

/** A new key and its id. `random` are at least 40 random bytes: 33 would do, the rest makes all characters alike likely. */
export function composeKey(random: Uint8Array): { id: string; text: string } {
  let number = 0n
  for (const byte of random) number = (number << 8n) | BigInt(byte)
  const body = base62(number, idLength + secretLength)
  return { id: `key_${body.slice(0, idLength)}`, text: `hf_${body}${checksum(body)}` }
}

/** The id of a key; undefined when it is none: cut off, mistyped, or never a key of ours. */
export function readKey(text: string): string | undefined {
  const [, body = '', check] =
    new RegExp(`^hf_([0-9A-Za-z]{${idLength + secretLength}})([0-9A-Za-z]{${checkLength}})$`).exec(text) ?? []
  return check !== undefined && check === checksum(body) ? `key_${body.slice(0, idLength)}` : undefined
}

/** CRC-32 of the characters after `hf_`, as in zip and PNG, in six digits to the base of 62. */
function checksum(body: string): string {
  let crc = 0xffffffff
  for (let i = 0; i < body.length; i++) {
    crc ^= body.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return base62(BigInt((crc ^ 0xffffffff) >>> 0), checkLength)
}

function base62(number: bigint, length: number): string {
  let text = ''
  for (let rest = number; text.length < length; rest /= 62n) text = alphabet[Number(rest % 62n)] + text
  return text
}

export interface KeyRequest {
  tenant: string
  id: string
  digest: string
  program: string
  scopes: readonly Scope[]
  by: string
  now: Instant
}

/** What is written for a new key. Throws Fault `limit.reached` when the program has two live ones. */
export function issueKey(
  request: KeyRequest,
  found: Program | undefined,
): { key: ProgramKey; writes: Write[] } {
  const { tenant, id, digest, now } = request
  const live = found?.live ?? []
  if (live.length >= 2)
    throw new Fault(
      'limit.reached',
      `${request.program} has two live keys, ${live.join(' and ')}; revoke one of them first`,
      { where: 'program' },
    )
  const key: ProgramKey = {
    tenant,
    version: 1,
    id,
    program: request.program,
    scopes: [...new Set(request.scopes)].toSorted(),
    digest,
    createdAt: now,
    createdBy: request.by,
  }
  const before: Program = found ?? { tenant, version: 0, name: request.program, live: [] }
  return {
    key,
    writes: [
      { do: 'create', item: toItem(programKeyEntity, key) },
      programWrite(before, [...before.live, id]),
    ],
  }
}

/** What is written to end a key; nothing when it has ended already. */
export function revokeKey(key: ProgramKey, found: Program | undefined, by: string, now: Instant): Write[] {
  if (key.revokedAt) return []
  const revoked: ProgramKey = { ...key, version: key.version + 1, revokedAt: now, revokedBy: by }
  return [
    { do: 'replace', item: toItem(programKeyEntity, revoked), seen: key.version },
    ...(found
      ? [
          programWrite(
            found,
            found.live.filter((id) => id !== key.id),
          ),
        ]
      : []),
  ]
}

function programWrite(before: Program, live: string[]): Write {
  const item = toItem(programEntity, { ...before, version: before.version + 1, live })
  return before.version ? { do: 'replace', item, seen: before.version } : { do: 'create', item }
}

/** How far `usedAt` may lag behind: a write an hour and key, not one a request. */
const usedLag = 3_600_000

/** What is written to remember that a key was used; undefined when that is known well enough. */
export function noteUse(key: ProgramKey, now: number): Write | undefined {
  if (key.usedAt && now - Date.parse(key.usedAt) < usedLag) return undefined
  const used: ProgramKey = { ...key, version: key.version + 1, usedAt: toInstant(now) }
  return { do: 'replace', item: toItem(programKeyEntity, used), seen: key.version }
}
