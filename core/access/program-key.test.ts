import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromItem, type Item } from '../record/item.ts'
import {
  composeKey,
  issueKey,
  noteUse,
  programEntity,
  programKeyEntity,
  readKey,
  revokeKey,
  type Program,
  type ProgramKey,
} from './program-key.ts'

const random = fc.uint8Array({ minLength: 40, maxLength: 40 })
const key = composeKey(Uint8Array.from({ length: 40 }, (_, i) => i)).text

describe('a key', () => {
  test('is found by scanners of repositories and names itself by its first characters', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const { id, text } = composeKey(bytes)
        expect(text).toMatch(/^hf_[0-9A-Za-z]{50}$/)
        expect(id).toBe(`key_${text.slice(3, 15)}`)
        expect(readKey(text)).toBe(id)
      }),
    )
  })

  test('with one character mistyped, two exchanged or any left out is told apart', () => {
    const swapped = (i: number) => key.slice(0, i) + key[i + 1] + key[i] + key.slice(i + 2)
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 51 }), fc.constantFrom(...'0aZ9kQ'), (i, other) => {
        fc.pre(key[i] !== other && key[i] !== key[i + 1])
        expect(readKey(key.slice(0, i) + other + key.slice(i + 1))).toBeUndefined()
        expect(readKey(swapped(i))).toBeUndefined()
        expect(readKey(key.slice(0, i) + key.slice(i + 1))).toBeUndefined()
      }),
    )
    for (const none of ['', 'hf_', key.slice(3), `${key}0`, ` ${key}`, key.toLowerCase(), 'hf_constructor'])
      expect(readKey(none)).toBeUndefined()
  })

  test('has the checksum that zip and PNG use, so that others can write it', () => {
    // zlib's crc32 of 44 zeros is 2309228742, which is 2WHHss to the base of 62
    expect(composeKey(new Uint8Array(40)).text).toBe(`hf_${'0'.repeat(44)}2WHHss`)
  })
})

const request = {
  tenant: 'main',
  digest: 'd',
  program: 'website',
  scopes: ['leads:write', 'leads:read', 'leads:write'] as const,
  by: 'viktor',
  now: '2027-03-01T09:00:00.000Z',
}
const itemsOf = (writes: readonly { do: string }[]) =>
  writes.map((write) => (write as unknown as { item: Item }).item)

/** Issues keys one after the other. */
function issued(count: number): { keys: ProgramKey[]; program: Program | undefined } {
  let program: Program | undefined
  const keys: ProgramKey[] = []
  for (let i = 0; i < count; i++) {
    const { key: made, writes } = issueKey({ ...request, id: `key_${i}` }, program)
    keys.push(made)
    program = fromItem(programEntity, itemsOf(writes)[1]!)
  }
  return { keys, program }
}

describe('a program', () => {
  test('has two live keys and no third, until one is revoked', () => {
    const { keys, program } = issued(2)
    expect(program).toMatchObject({ version: 2, live: ['key_0', 'key_1'] })
    expect(() => issueKey({ ...request, id: 'key_2' }, program)).toThrow('key_0 and key_1')
    const [revoked, after] = itemsOf(revokeKey(keys[0]!, program, 'viktor', request.now))
    expect(fromItem(programKeyEntity, revoked!)).toMatchObject({
      revokedAt: request.now,
      revokedBy: 'viktor',
    })
    expect(revoked!.expiresAt).toBe(Date.parse('2027-05-30T09:00:00Z') / 1000)
    const left = fromItem(programEntity, after!)
    expect(left.live).toEqual(['key_1'])
    expect(issueKey({ ...request, id: 'key_2' }, left).writes).toHaveLength(2)
  })

  test('keeps each scope once', () => {
    expect(issued(1).keys[0]?.scopes).toEqual(['leads:read', 'leads:write'])
  })

  test('loses a key once, whoever asks again', () => {
    const { keys, program } = issued(1)
    expect(revokeKey({ ...keys[0]!, revokedAt: request.now }, program, 'viktor', request.now)).toEqual([])
  })

  test('is seen to use a key once an hour, not with each request', () => {
    const [made] = issued(1).keys
    const at = Date.parse('2027-03-01T10:00:00Z')
    const first = noteUse(made!, at)
    expect(first).toMatchObject({ do: 'replace', seen: 1, item: { usedAt: '2027-03-01T10:00:00.000Z' } })
    const used = { ...made!, usedAt: '2027-03-01T10:00:00.000Z' }
    expect(noteUse(used, at + 3_599_999)).toBeUndefined()
    expect(noteUse(used, at + 3_600_000)).toBeDefined()
  })
})
