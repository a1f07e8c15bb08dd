import * as z from 'zod/mini'
import { fileKind, type FileRecord } from '../kind/customer/file.ts'
import { toInstant } from '../record/id.ts'
import { toItem } from '../record/item.ts'
import { recordKey } from '../record/key.ts'
import { decideAndWrite, recordOf, type Store, type Write } from '../store/store.ts'
import { headBytes, typeFault } from '../kind/customer/file-type.ts'

/*
 * What becomes of the bytes of a file. Its record is there before them: the bucket takes exactly the bytes that it tells of
 * (functions/adapter/bucket/address.ts), says when it has them, and only then they are looked at.
 */

/** Where the bytes of a file lie in the bucket. */
export const objectKey = ({ tenant, id }: { tenant: string; id: string }): string => `${tenant}/${id}`

/** Whose bytes these are; nothing for a key that is none of ours. */
export function fileOfObject(key: string): { tenant: string; id: string } | undefined {
  const [tenant = '', id = '', ...more] = key.split('/')
  return tenant !== '' && id.startsWith(`${fileKind.prefix}_`) && !more.length ? { tenant, id } : undefined
}

/** What the bucket tells when it has bytes ("Amazon S3 Object Created Event"). */
export const objectCreated = z.object({
  source: z.literal('aws.s3'),
  detail: z.object({ object: z.object({ key: z.string() }) }),
})

/** How an object begins. */
export interface Beginning {
  /** bytes, of the whole */
  size: number
  /** the first of them */
  head: Uint8Array
  /** the type that they show, if any */
  recognised: string | undefined
}

/** The bytes of files. */
export interface Objects {
  /** so many bytes of an object; nothing when there is none */
  beginning(key: string, bytes: number): Promise<Beginning | undefined>
  /** Removes an object; one that is not there is removed already. */
  remove(key: string): Promise<void>
}

/**
 * Looks at the bytes of a file: they are what they are said to be, or they are refused. Those of a file that was refused or
 * removed, and of none, are thrown away. Done twice, it is done once.
 */
export async function keepBytes(
  of: { tenant: string; id: string },
  { store, objects }: { store: Pick<Store, 'get' | 'write'>; objects: Objects },
  now: number,
): Promise<'kept' | 'thrown away' | 'not there'> {
  const key = objectKey(of)
  const file = await decideAndWrite(
    store,
    async () => {
      const before = recordOf(fileKind, await store.get(recordKey(of.tenant, of.id)))
      const found = before && isAwaited(before) ? await objects.beginning(key, headBytes) : undefined
      if (!before || !found) return { writes: [], result: before }
      const after = arrived(before, found, now)
      const write: Write = { do: 'replace', item: toItem(fileKind, after), seen: before.version }
      return { writes: [write], result: after }
    },
    { busy: 'others are changing this file at the moment' },
  )
  if (file && isAwaited(file)) return 'not there'
  if (file && keepsBytes(file)) return 'kept'
  await objects.remove(key)
  return 'thrown away'
}

/** Nobody has looked at its bytes, and they are wanted. */
const isAwaited = ({ status, storedAt, refusedAt }: FileRecord): boolean =>
  status !== 'removed' && (storedAt ?? refusedAt) === undefined

/** The file once its bytes were looked at; the very record when that was done before, or they are wanted no more. */
export function arrived(file: FileRecord, found: Beginning, now: number): FileRecord {
  if (!isAwaited(file)) return file
  const at = toInstant(now)
  const refusal = refusalOf(file, found)
  return {
    ...file,
    ...(refusal === undefined ? { storedAt: at } : { refusedAt: at, refusal }),
    version: file.version + 1,
    updatedAt: at,
    updatedBy: undefined,
  }
}

function refusalOf({ type, size }: FileRecord, { size: is, ...bytes }: Beginning): string | undefined {
  if (is !== size) return `it has ${is} bytes, not ${size}`
  return typeFault(type, bytes)
}

/** Whether the bytes of a file are kept: not of one that was removed or refused. */
export const keepsBytes = ({ status, refusedAt }: FileRecord): boolean =>
  status !== 'removed' && refusedAt === undefined
