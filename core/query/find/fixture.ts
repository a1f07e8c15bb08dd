import { email, group, many, optional, phone, prose, stored, text } from '../../record/field.ts'
import { toItem } from '../../record/item.ts'
import { kind, type AnyRecord, type Kind } from '../../record/kind.ts'
import { memoryStore } from '../../store/memory.ts'
import { findRecords, type Found, type Search } from './find.ts'
import { indexChanges } from './index-records.ts'
import { memoryFind } from './memory.ts'

/* A world of tests: people and companies, and what they ask for. */

export const personKind = kind({
  name: 'person-or-company',
  plural: 'persons',
  prefix: 'pers',
  title: 'Customer',
  help: 'Who buys.',
  fields: () => ({
    name: text('Name', { search: 'words', list: true }),
    emails: optional(many('E-mail addresses', email('E-mail', { search: 'whole' }))),
    phones: optional(many('Phones', phone('Phone', { search: 'whole' }))),
    place: optional(group('Place', { city: optional(text('City', { search: 'words' })) })),
    contract: optional(stored('Contract', { search: 'whole' })),
    notes: optional(prose('Notes')),
  }),
  called: ({ name }) => name,
}) as unknown as Kind

export const requestKind = kind({
  name: 'request',
  plural: 'requests',
  prefix: 'req',
  title: 'Request',
  help: 'What somebody asks for.',
  fields: () => ({ subject: text('Subject', { search: 'words', list: true }) }),
  called: ({ subject }) => subject,
  lifecycle: {
    initial: 'open',
    states: { open: { title: 'Open', open: true }, done: { title: 'Done' } },
    transitions: {
      finish: { title: 'Finish', from: ['open'], to: 'done', event: 'finished' },
      reopen: { title: 'Open again', from: ['done'], to: 'open', event: 'reopened' },
    },
  },
}) as unknown as Kind

export const kinds = new Map([personKind, requestKind].map((each) => [each.name, each]))
export const tenant = 'firm'

const at = '2027-03-01T09:00:00.000Z'
export const person = (number: number, fields: Record<string, unknown>): AnyRecord => ({
  tenant,
  id: `pers_${String(number).padStart(6, '0')}`,
  version: 1,
  createdAt: at,
  updatedAt: at,
  ...fields,
})

export const request = (number: number, subject: string): AnyRecord => ({
  tenant,
  id: `req_${String(number).padStart(6, '0')}`,
  version: 1,
  createdAt: at,
  updatedAt: at,
  status: 'open',
  subject,
})

export const kindOfRecord = ({ id }: AnyRecord): Kind => (id.startsWith('pers_') ? personKind : requestKind)

/** A ledger whose every change is indexed, as the projector does. */
export function world(records: readonly AnyRecord[] = []) {
  const store = memoryStore()
  const find = memoryFind()
  let read = 0
  const index = async (): Promise<void> => {
    const changes = store.changes().slice(read)
    read = store.changes().length
    await indexChanges(find, kinds, changes)
  }
  const put = async (...next: AnyRecord[]): Promise<void> => {
    await store.project(next.map((record) => ({ put: toItem(kindOfRecord(record), record) })))
    await index()
  }
  const ask = (text: string, more: Partial<Search> = {}): Promise<Found[]> =>
    findRecords({ find, store }, kinds, {
      tenant,
      text,
      limit: 20,
      shown: async (all) => all.map(({ record }) => record),
      ...more,
    })
  return {
    store,
    find,
    put,
    index,
    ask,
    /** ids of what is found */
    ids: async (text: string, more: Partial<Search> = {}): Promise<string[]> =>
      (await ask(text, more)).map(({ id }) => id),
    /** names of what is found */
    names: async (text: string, more: Partial<Search> = {}): Promise<string[]> =>
      (await ask(text, more)).map(({ called = '' }) => called),
    ready: put(...records),
  }
}
