import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { pageKeyEntity, pageKeyKey } from '#core/access/page-key.ts'
import { Fault } from '#core/record/fault.ts'
import { fromItem } from '#core/record/item.ts'
import { badToken, type Store } from '#core/store/store.ts'
import type { HttpRequest } from './http.ts'

/*
 * Where a list goes on, as callers carry it: sealed, so that nobody reads in it what lies behind his last entry, makes one up,
 * or takes it to another list. AES-256-GCM with what is asked for as authenticated data: tenant, address and every parameter
 * but `limit` and `after`, so a cursor is good for that very list alone.
 */

const cipher = 'aes-256-gcm'
const [ivBytes, tagBytes] = [12, 16]

/** Whose list it is, and what decides it beside its address: the version of a view. */
export interface ListOf {
  store: Pick<Store, 'get'>
  tenant: string
  request: Pick<HttpRequest, 'path' | 'query'>
  also?: readonly string[]
}

/** `next` for this place of the list. Throws Fault `store.unavailable`. */
export async function sealPlace(place: string, list: ListOf): Promise<string> {
  const iv = randomBytes(ivBytes)
  const sealing = createCipheriv(cipher, await keyOf(list), iv, { authTagLength: tagBytes })
  sealing.setAAD(boundTo(list))
  const sealed = Buffer.concat([sealing.update(place, 'utf8'), sealing.final()])
  return Buffer.concat([iv, sealing.getAuthTag(), sealed]).toString('base64url')
}

/** The place that was sealed for this list. Throws Fault `input.invalid` for anything else, `store.unavailable`. */
export async function openPlace(token: string, list: ListOf): Promise<string> {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= ivBytes + tagBytes || bytes.toString('base64url') !== token) throw badToken()
  const opening = createDecipheriv(cipher, await keyOf(list), bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  opening.setAAD(boundTo(list))
  opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  try {
    return opening.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + opening.final('utf8')
  } catch (cause) {
    throw badToken(cause)
  }
}

function boundTo({ tenant, request, also = [] }: ListOf): Buffer {
  const asked = Object.entries(request.query)
    .filter(([name]) => name !== 'limit' && name !== 'after')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Buffer.from(JSON.stringify([tenant, request.path, asked, also]))
}

/** Read once in the life of a process: a page costs no read of its key. */
const known = new WeakMap<object, Map<string, Promise<Buffer>>>()

async function keyOf({ store, tenant }: ListOf): Promise<Buffer> {
  const keys = known.get(store) ?? new Map<string, Promise<Buffer>>()
  known.set(store, keys)
  const found = keys.get(tenant) ?? readKey(store, tenant)
  keys.set(tenant, found)
  try {
    return await found
  } catch (error) {
    keys.delete(tenant)
    throw error
  }
}

async function readKey(store: Pick<Store, 'get'>, tenant: string): Promise<Buffer> {
  const item = await store.get(pageKeyKey(tenant))
  if (item) return Buffer.from(fromItem(pageKeyEntity, item).secret, 'base64')
  // The authorizer, who makes it, could not reach the table; it tries again with its next call.
  throw new Fault('store.unavailable', 'a page cannot be told from another at the moment; please try again')
}
