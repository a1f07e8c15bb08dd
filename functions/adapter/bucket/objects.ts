import type { Objects } from '#core/customer/file-arrival.ts'
import type { Environment } from '../surroundings.ts'
import { beginningOf, removeObject } from './object.ts'

/** The bucket whose name is in `BUCKET_NAME`. */
export function openObjects(env: Environment): Objects {
  const bucket = env('BUCKET_NAME')
  return {
    beginning: async (key, bytes) => beginningOf({ bucket, key }, bytes),
    remove: async (key) => removeObject({ bucket, key }),
  }
}
