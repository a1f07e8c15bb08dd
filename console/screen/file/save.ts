import { Refused, type Api } from '../../api/client.ts'
import type { Stored } from '../../api/file.ts'
import { isSame } from '../../part/field/read-input.ts'

export interface Edit {
  /** of the record in the API: `/customers/cus_01…` */
  url: string
  field: string
  /** undefined takes it away */
  value: unknown
  /** the record as it was shown when the edit began */
  before: Stored
}

/** Others that change the record between two tries, so often, are not chased. */
const attempts = 4

/**
 * Changes one field of what was seen. Whoever has changed other fields meanwhile is not in the way; whoever has changed this one is: then
 * the record as it is now comes back, and a person decides. Throws Refused, Unreachable.
 */
export async function saveField(api: Api, { url, field, value, before }: Edit): Promise<Stored | undefined> {
  let { version } = before
  for (let tries = 1; ; tries++)
    try {
      await api.send('PATCH', url, { [field]: value ?? null }, { ifMatch: `"${version}"` })
      return undefined
    } catch (error) {
      const current = error instanceof Refused && error.status === 412 ? (error.current as Stored) : undefined
      if (!current || tries === attempts) throw error
      // The answer to a try before may have been lost: then it is done.
      if (isSame(current[field], value)) return undefined
      if (!isSame(current[field], before[field])) return current
      version = current.version
    }
}
