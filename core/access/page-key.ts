import * as z from 'zod/mini'
import { tenantId } from '../record/id.ts'
import { toItem, type Entity } from '../record/item.ts'
import type { Key } from '../record/key.ts'
import type { Write } from '../store/store.ts'
import { keyPartition } from './program-key.ts'

/*
 * The key that seals where a list goes on.
 *
 * It lies in the table, in the one partition that the authorizer may write: who asks for a list was let in by it, so the key
 * is there, and no function needs a further permission or service. Whoever reads it there reads the records too: it keeps
 * nothing from him. A new one only ends pages that are being turned.
 */
export const pageKey = z.object({
  tenant: tenantId,
  version: z.int().check(z.positive()),
  /** 32 bytes in base64 */
  secret: z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/)),
})
export type PageKey = z.infer<typeof pageKey>

export const pageKeyKey = (tenant: string): Key => ({ pk: keyPartition(tenant), sk: 'page' })

export const pageKeyEntity: Entity<PageKey> = {
  kind: 'page-key',
  schema: pageKey,
  keys: ({ tenant }) => pageKeyKey(tenant),
}

/** What is written where there is none; refused when somebody else was first, whose key is as good. */
export const makePageKey = (tenant: string, secret: string): Write => ({
  do: 'create',
  item: toItem(pageKeyEntity, pageKey.parse({ tenant, version: 1, secret })),
})
