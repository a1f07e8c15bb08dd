import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import { objectKey } from '#core/customer/file-arrival.ts'
import { safeName } from '#core/kind/customer/file-type.ts'
import { fileKind, type FileRecord } from '#core/kind/customer/file.ts'
import { Fault } from '#core/record/fault.ts'
import { recordKey } from '#core/record/key.ts'
import { recordOf } from '#core/store/store.ts'
import { accessTo, requireAny, requireRight } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { placeOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { openAddresses } from '#functions/adapter/bucket/address.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Says where the bytes of files are sent and got',
  uses: { table: ['read', 'denials'], bucket: 'address' },
  routes: [
    {
      routes: ['GET /files/{id}/upload', 'GET /files/{id}/content'],
      words: {
        en: 'File: where its bytes are to be sent, and where they are got; each address holds for minutes',
        uk: 'Файл: куди надіслати його вміст і звідки отримати; кожна адреса діє кілька хвилин',
        ru: 'Файл: куда отправить его содержимое и откуда получить; каждый адрес действует несколько минут',
      },
      calls: {
        'GET /files/{id}/upload': { id: 'uploadOfFile', status: 200, from: ['attached'], answers: 'Upload' },
        'GET /files/{id}/content': {
          id: 'contentOfFile',
          status: 200,
          from: ['attached'],
          answers: 'Download',
        },
      },
    },
  ],
} satisfies Door

const uses = {
  store: openTable,
  tenant: openTenant,
  published: openPublished,
  denials: openDenials,
  addresses: openAddresses,
}

/**
 * GET /files/{id}/upload: where exactly the bytes of which its record tells are sent. GET /files/{id}/content: where they are
 * got. Neither changes anything, and whoever has an address needs nothing else for as long as it holds.
 */
export const handler = onHttp(uses, async (request, { store, tenant, addresses, ...here }) => {
  const { company } = await here.published(tenant)
  const access = accessTo(request, fileKind, company)
  const isUpload = request.path.endsWith('/upload')
  const operation = isUpload ? 'create' : 'read'
  requireAny(access, fileKind, operation)
  const file = recordOf(fileKind, await store.get(recordKey(tenant, request.params.id ?? '')))
  if (!file) throw new Fault('record.unknown', 'there is no such file')
  requireRight(access, fileKind, operation, await placeOf(access, fileKind, file, { store, kinds, tenant }))
  const key = objectKey(file)
  if (!isUpload) {
    requireStored(file)
    // Whoever may not see what it is called is not told it here.
    const name = safeName(access.hidden.has('name') ? file.id : file.name, file.type)
    return answerJson(200, { name, ...(await addresses.toGet(key, { name, type: file.type })) })
  }
  requireAwaited(file)
  return answerJson(200, { method: 'PUT', ...(await addresses.toPut(key, file)) })
})

/** Throws Fault `state.refused`. */
function requireStored({ status, storedAt, refusedAt, refusal }: FileRecord): void {
  if (status === 'removed') throw new Fault('state.refused', 'this file was removed; its bytes are gone')
  if (refusedAt !== undefined)
    throw new Fault('state.refused', `this file was refused: ${refusal}; its bytes are gone`)
  if (storedAt === undefined)
    throw new Fault(
      'state.refused',
      'its bytes are not there yet; send them to the address that GET /files/{id}/upload gives',
    )
}

/** Throws Fault `state.refused`. */
function requireAwaited({ status, storedAt, refusedAt }: FileRecord): void {
  if (status === 'removed') throw new Fault('state.refused', 'this file was removed; make another one')
  if ((storedAt ?? refusedAt) !== undefined)
    throw new Fault('state.refused', 'its bytes were sent already; make another file for other ones')
}
