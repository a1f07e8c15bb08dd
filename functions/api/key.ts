import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { randomBytes } from 'node:crypto'
import type * as z from 'zod/mini'
import { digestOf } from '#functions/access/digest.ts'
import { requireMay } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { readInput } from '#core/record/operation/read.ts'
import { answerJson, readJson, type Caller, type HttpRequest } from '#functions/adapter/http/http.ts'
import { repetitionOf } from '#functions/adapter/http/repetition.ts'
import type { Clock } from '#functions/adapter/surroundings.ts'
import { openTable } from '#functions/adapter/table.ts'
import {
  composeKey,
  issueKey,
  keyInput,
  keyPartition,
  keyPrefix,
  programEntity,
  programKeyEntity,
  programKeyKey,
  programKeyOfName,
  revokeKey,
  type Program,
  type ProgramKey,
} from '#core/access/program-key.ts'
import { fromItem } from '#core/record/item.ts'
import { Fault, fieldFault } from '#core/record/fault.ts'
import { allOf, type Store } from '#core/store/store.ts'

export const door = {
  description: 'Makes, lists and revokes the keys of programs',
  uses: { table: 'read-write' },
  routes: [
    {
      routes: ['GET /keys', 'POST /keys', 'DELETE /keys/{id}'],
      words: {
        en: 'What programs call with',
        uk: 'Ключі програм',
        ru: 'Ключи программ',
      },
      calls: {
        'GET /keys': { id: 'listKeys', status: 200, answers: { keys: ['ProgramKey'] } },
        'POST /keys': {
          id: 'createKey',
          status: 201,
          takes: 'core/access/program-key.ts#keyInput',
          example: { program: 'website', scopes: ['leads:write'] },
          answers: 'ProgramKey',
          headers: ['Location'],
        },
        'DELETE /keys/{id}': {
          id: 'revokeKey',
          status: 200,
          params: { id: 'key' },
          answers: 'ProgramKey',
        },
      },
    },
  ],
} satisfies Door

const input = keyInput(kinds.values())

/** Where keys lie, and what time it is. */
interface Keyring {
  store: Store
  tenant: string
  clock: Clock
}

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

/** GET, POST /keys and DELETE /keys/{id}: what programs call the API with. The key itself is told once. */
export const handler = onHttp(uses, async (request, here) => {
  const { company } = await here.published(here.tenant)
  const caller = requireMay(request, company, 'manage-keys')
  const by = caller.person ?? caller.sub
  if (request.method === 'GET') return answerJson(200, { keys: (await allKeys(here)).map(viewOf) })
  if (request.method === 'DELETE')
    return answerJson(200, viewOf(await revoke(request.params.id ?? '', by, here)))
  const wanted = readInput(input, readJson(request))
  requireOwnName(wanted.program, company)
  return await create(request, { caller, wanted }, here)
})

/**
 * What a program does is told by its name, and is its own by it: nobody else is called so, of us or of those who are told of in
 * the same place. Throws Fault `field.invalid`.
 */
function requireOwnName(program: string, { people }: Pick<Company, 'people'>): void {
  const whose = Object.hasOwn(people, program) ? 'a person of the company' : told.get(program)
  if (whose === undefined) return
  const message = `"${program}" is ${whose}; name the program otherwise`
  throw fieldFault([{ path: ['program'], message }])
}

const told: ReadonlyMap<string, string> = new Map([
  ['customer', 'how customers are told of'],
  ['holdfast', 'how Holdfast tells of itself'],
])

/** As long as a key that was revoked is kept. */
const repliesKept = 90 * 86_400_000

/** Once under its Idempotency-Key. The repetition is answered without the key itself, which nothing here keeps. */
async function create(
  request: HttpRequest,
  { caller, wanted }: { caller: Caller; wanted: z.infer<typeof input> },
  here: Keyring,
) {
  const { store, tenant, clock } = here
  const by = caller.person ?? caller.sub
  const repetition = repetitionOf(request, caller, wanted, { tenant, until: clock.now() + repliesKept })
  for (let attempt = 0; attempt < 5; attempt++) {
    const [reply] = await store.getAll(repetition.keys)
    const before = repetition.answered(reply)
    if (before) return before
    const found = await programOf(wanted.program, here)
    const { id, text } = composeKey(randomBytes(40))
    const facts = { ...wanted, tenant, id, digest: digestOf(text), by, now: clock.instant() }
    const { key, writes } = issueKey(facts, found)
    const location = `/keys/${id}`
    const kept = repetition.keep(answerJson(201, viewOf(key), { location }), clock.now())
    if ((await store.write([...writes, ...kept])).stored)
      return answerJson(201, { ...viewOf(key), key: text }, { location })
  }
  throw new Fault('record.changed', 'others are changing the keys of this program; please look again')
}

async function revoke(id: string, by: string, here: Keyring): Promise<ProgramKey> {
  const { store, tenant, clock } = here
  for (let attempt = 0; attempt < 5; attempt++) {
    const item = await store.get(programKeyKey(tenant, id))
    if (!item) throw new Fault('record.unknown', 'there is no such key')
    const key = fromItem(programKeyEntity, item)
    const writes = revokeKey(key, await programOf(key.program, here), by, clock.instant())
    if (!writes.length) return key
    const { stored } = await store.write(writes)
    if (stored) return { ...key, revokedAt: clock.instant(), revokedBy: by }
  }
  throw new Fault('record.changed', 'others are changing this key; please look again')
}

async function programOf(name: string, { store, tenant }: Keyring): Promise<Program | undefined> {
  const item = await store.get(programKeyOfName(tenant, name))
  return item && fromItem(programEntity, item)
}

/** Live keys, and for a quarter of a year those that were revoked; by program, the newest first. */
async function allKeys({ store, tenant }: Keyring): Promise<ProgramKey[]> {
  const items = await allOf(async (page) => store.query(keyPartition(tenant), page), { prefix: keyPrefix })
  const found = items.map((item) => fromItem(programKeyEntity, item))
  const order = (key: ProgramKey) => `${key.program} ${String(9e15 - Date.parse(key.createdAt))}`
  return found.toSorted((one, other) => (order(one) < order(other) ? -1 : 1))
}

const viewOf = ({ tenant: _, version: __, digest: ___, ...key }: ProgramKey): object => key
