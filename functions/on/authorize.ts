import { randomBytes } from 'node:crypto'
import { onAuthorize } from '#functions/access/authorizer.ts'
import { digestOf } from '#functions/access/digest.ts'
import { openIdTokens, type Account } from '#functions/access/id-token.ts'
import type { Caller } from '#functions/adapter/http/http.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { log } from '#functions/adapter/surroundings.ts'
import { openTable } from '#functions/adapter/table.ts'
import {
  noteUse,
  programKeyEntity,
  programKeyKey,
  readKey,
  type ProgramKey,
} from '#core/access/program-key.ts'
import { makePageKey, pageKeyKey } from '#core/access/page-key.ts'
import type { Company } from '#core/company/company.ts'
import { fromItem } from '#core/record/item.ts'
import { isFault } from '#core/record/fault.ts'
import type { Store } from '#core/store/store.ts'

/** Milliseconds for which a key that was good is taken for good while the table does not answer. */
const patience = 600_000
const seen = new Map<string, { key: ProgramKey; at: number }>()

/** Where keys lie, and when it is. */
interface Keyring {
  store: Store
  tenant: string
  now: number
}

/** Who calls a route that is not public: a person by the ID token of the issuer, or a program by its `hf_` key. */
export const handler = onAuthorize(
  { store: openTable, tenant: openTenant, published: openPublished, tokens: openIdTokens },
  async (credential, { store, tenant, published, tokens, clock }) => {
    const now = clock.now()
    await havePageKey(store, tenant)
    if (credential.startsWith('hf_')) return await programOf(credential, { store, tenant, now })
    const { company } = await published(tenant)
    return personOf(await tokens.verify(credential, now), company)
  },
)

/** Tenants for which this process knows that there is a key for pages of lists. */
const sealed = new Set<string>()

/** Makes the key for pages of lists at the very first call. Who may come in does not depend on it. */
async function havePageKey(store: Store, tenant: string): Promise<void> {
  if (sealed.has(tenant)) return
  try {
    const found = await store.get(pageKeyKey(tenant))
    if (!found) await store.write([makePageKey(tenant, randomBytes(32).toString('base64'))])
    sealed.add(tenant)
  } catch (error) {
    log('warn', 'key for pages not made', { tenant }, error)
  }
}

/** What somebody may do is said by the published company, not by the token: a change holds when the cache is over. */
function personOf(account: Account | string, { people }: Company): Caller | string {
  if (typeof account === 'string') return account
  const { sub, email } = account
  const person = account.person ?? account.username ?? ''
  // Whoever has left the company is no longer in its files; the token may be good for a while.
  if (!Object.hasOwn(people, person)) return 'person.unknown'
  const { roles } = people[person as keyof typeof people]!
  return { sub, email, person, roles, program: undefined, scopes: [] }
}

async function programOf(text: string, here: Keyring): Promise<Caller | string> {
  const id = readKey(text)
  if (id === undefined) return 'key.malformed'
  const key = await loadKey(id, here)
  // Nothing is learnt from how long it takes: whoever can choose a digest has the key.
  if (key?.digest !== digestOf(text)) return 'key.unknown'
  if (key.revokedAt) return 'key.revoked'
  return {
    sub: `program:${key.program}`,
    email: undefined,
    person: undefined,
    roles: [],
    program: key.program,
    scopes: key.scopes,
  }
}

/**
 * The key, and a note that it was used. A program goes on posting leads while the table is away (they are spooled),
 * for as long as this process has seen its key a short while ago; a revocation cannot be written at that time either.
 */
async function loadKey(id: string, { store, tenant, now }: Keyring): Promise<ProgramKey | undefined> {
  try {
    const item = await store.get(programKeyKey(tenant, id))
    if (!item) return undefined
    const key = fromItem(programKeyEntity, item)
    seen.set(id, { key, at: now })
    const note = key.revokedAt ? undefined : noteUse(key, now)
    // A key that is being revoked at this moment stays as it is: the note is refused.
    if (note) await store.write([note])
    return key
  } catch (error) {
    const known = seen.get(id)
    if (isFault(error, 'store.unavailable') && known && now - known.at < patience) return known.key
    throw error
  }
}
