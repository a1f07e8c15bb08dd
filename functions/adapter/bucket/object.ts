import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { fileTypeFromBuffer } from 'file-type'
import type { Beginning } from '#core/customer/file-arrival.ts'
import { openClient } from '../client.ts'

/* What is asked of S3, in a file of its own that only who has files loads (infra/plugin/later.ts). */

/** Of an object. */
interface Place {
  bucket: string
  key: string
}

let client: S3Client | undefined
const opened = (): S3Client => (client ??= openClient(S3Client))

/** How an object begins; nothing when there is none. */
export async function beginningOf(
  { bucket: Bucket, key: Key }: Place,
  bytes: number,
): Promise<Beginning | undefined> {
  try {
    const Range = `bytes=0-${bytes - 1}`
    const { Body, ContentRange } = await opened().send(new GetObjectCommand({ Bucket, Key, Range }))
    const head = (await Body?.transformToByteArray()) ?? nothing
    const recognised = (await fileTypeFromBuffer(head))?.mime
    return { head, size: Number(ContentRange?.split('/')[1] ?? head.length), recognised }
  } catch (error) {
    const { name } = error as Error
    if (name === 'NoSuchKey') return undefined
    // Of nothing there is no first byte.
    if (name === 'InvalidRange') return { head: nothing, size: 0, recognised: undefined }
    throw error
  }
}

const nothing = new Uint8Array()

export async function removeObject({ bucket: Bucket, key: Key }: Place): Promise<void> {
  await opened().send(new DeleteObjectCommand({ Bucket, Key }))
}
