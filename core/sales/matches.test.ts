import { describe, expect, test } from 'vitest'
import { contactKind } from '../kind/customer/contact.ts'
import { customerKind } from '../kind/customer/customer.ts'
import { findRecords } from '../query/find/find.ts'
import { indexChanges } from '../query/find/index-records.ts'
import { memoryFind } from '../query/find/memory.ts'
import { toItem } from '../record/item.ts'
import type { AnyRecord, Kind } from '../record/kind.ts'
import { newRecord } from '../record/operation/operation.ts'
import { memoryStore } from '../store/memory.ts'
import { matchedKinds, matchesOf, mostMatches, type Match } from './matches.ts'

const customer = customerKind as unknown as Kind
const contact = contactKind as unknown as Kind
const kinds = new Map([customer, contact].map((kind) => [kind.name, kind]))
const tenant = 'acme'

/** Customers and contacts, as the projector makes them found. */
async function world(records: readonly [Kind, id: string, fields: object][]) {
  const store = memoryStore()
  const find = memoryFind()
  const now = Date.parse('2027-03-01T09:00:00.000Z')
  const made = records.map(([kind, id, fields]): [Kind, AnyRecord] => [
    kind,
    newRecord(kind, fields as Record<string, unknown>, { tenant, now, caller: 'anna', newId: () => id }),
  ])
  await store.project(made.map(([kind, record]) => ({ put: toItem(kind, record) })))
  await indexChanges(find, kinds, store.changes())
  const asked: string[] = []
  const matches = async (lead: object, hides?: string): Promise<Match[]> =>
    matchesOf(lead, async (text) => {
      asked.push(text)
      return findRecords({ find, store }, kinds, {
        tenant,
        text,
        kinds: matchedKinds,
        limit: mostMatches,
        shown: async (all) =>
          all.map(({ record }) =>
            hides === undefined
              ? record
              : (Object.fromEntries(Object.entries(record).filter(([name]) => name !== hides)) as AnyRecord),
          ),
      })
    })
  return {
    asked,
    matches,
    ids: async (said: object): Promise<string[]> => (await matches({ contact: said })).map(({ id }) => id),
  }
}

const companyOf = (id: string, name: string, more: object = {}): [Kind, string, object] => [
  customer,
  id,
  { type: 'company', name, ...more },
]
const personAt = (
  id: string,
  customerId: string,
  name: string,
  more: object = {},
): [Kind, string, object] => [contact, id, { customerId, name, ...more }]

describe('who a lead may be', async () => {
  const firm = await world([
    companyOf('cus_mill', 'Eastern Mill GmbH', { phones: ['+4930901820'] }),
    companyOf('cus_dairy', 'Western Dairy', { city: 'Kyiv' }),
    companyOf('cus_mail', 'Postal', { emails: ['olena@mill.example.org'] }),
    personAt('con_olena', 'cus_mill', 'Олена Шевченко', {
      emails: ['olena@mill.example'],
      phones: ['+380441234567'],
    }),
    personAt('con_other', 'cus_dairy', 'Olena Shevchenko'),
    personAt('con_taras', 'cus_dairy', 'Тарас Бондар', { phones: ['+380501112233'] }),
  ])

  test('is told by an equal address, with what to send that it becomes that one', async () => {
    expect(await firm.matches({ contact: { email: 'OLENA@Mill.example' } })).toEqual([
      {
        kind: 'contact',
        id: 'con_olena',
        called: 'Олена Шевченко',
        line: expect.objectContaining({ customerId: 'cus_mill' }) as object,
        because: [{ lead: 'contact.email', asked: 'olena@mill.example', field: 'emails', how: 'is' }],
        convert: { customer: { id: 'cus_mill' }, contact: { id: 'con_olena' } },
      },
    ])
    const [mill] = await firm.matches({ contact: { phone: '+49 (30) 901820' } })
    expect(mill).toMatchObject({ id: 'cus_mill', convert: { customer: { id: 'cus_mill' } } })
    expect(mill!.convert).not.toHaveProperty('contact')
  })

  test.each<[string, object, string[]]>([
    ['an e-mail address that only begins like one is another', { email: 'olena@mill.exampl' }, []],
    ['a phone as it is dialled at home', { phone: '044 123 45 67' }, ['con_olena']],
    ['an end of four digits is nobody', { phone: '4567' }, []],
    ['a name in another script', { name: 'Taras Bondar' }, ['con_taras']],
    ['a mistyped name', { name: 'Tras Bondra' }, ['con_taras']],
    ['with the name of his father between', { name: 'Тарас Петрович Бондар' }, ['con_taras']],
    ['with an initial', { name: 'T. Bondar' }, ['con_taras']],
    ['one name alone is anybody', { name: 'Olena' }, []],
    ['a company without its form of law', { company: 'Eastern Mill' }, ['cus_mill']],
    ['with another one', { company: 'ТОВ «Eastern Mill»' }, ['cus_mill']],
    ['with more than its name', { company: 'Eastern Mill Berlin' }, ['cus_mill']],
    ['a mistyped one', { company: 'Westren Dairi' }, ['cus_dairy']],
    ['a city is nobody', { company: 'Kyiv' }, []],
    ['nothing that anybody can be found by', { name: '! ?', company: 'A', email: '@', phone: 'none' }, []],
    ['what is too long', { name: 'x'.repeat(500), email: `${'x'.repeat(300)}@mill.example` }, []],
    ['half of a sign', { name: '\uD83D \uDE00', company: '\uD83D' }, []],
  ])('%s', async (_, said, ids) => {
    expect(await firm.ids(said)).toEqual(ids)
  })

  test('an equal address goes before all names, and whoever is at the company before his namesake', async () => {
    const said = { name: 'Olena Shevchenko', company: 'Western Dairy', email: 'olena@mill.example' }
    const found = await firm.matches({ contact: said })
    expect(found.map(({ id }) => id)).toEqual(['con_olena', 'con_other', 'cus_dairy'])
    expect(found[1]!.because.map(({ lead, field }) => `${lead} ${field}`)).toEqual([
      'contact.name name',
      'contact.name name',
      'contact.company customerId.name',
      'contact.company customerId.name',
    ])
  })

  test('by addresses of others who wrote, and earlier ones, so many and each once', async () => {
    const people = [{ phone: '+380501112233' }, { email: 'olena@mill.example' }]
    const earlier = [{ scope: 'phone', value: '+4930901820' }]
    expect(
      (await firm.matches({ people, earlier })).map(({ id, because }) => [id, because[0]!.lead]),
    ).toEqual([
      ['con_olena', 'people.email'],
      ['con_taras', 'people.phone'],
      ['cus_mill', 'earlier'],
    ])
    firm.asked.length = 0
    const many = Array.from({ length: 30 }, (_, n) => ({ email: `a${n >> 1}@mill.example` }))
    await firm.matches({ people: many })
    expect(firm.asked).toEqual(['a0', 'a1', 'a2', 'a3'].map((name) => `${name}@mill.example`))
  })

  test('by nothing that is hidden: of whoever asks, or of what is found', async () => {
    expect(await firm.matches({})).toEqual([])
    expect(await firm.matches({ contact: { email: 'olena@mill.example' } }, 'emails')).toEqual([])
    const [found] = await firm.matches({ contact: { email: 'olena@mill.example' } }, 'customerId')
    expect(found!.id).toBe('con_olena')
    expect(found).not.toHaveProperty('convert')
  })
})

test('of many the likeliest ten', async () => {
  const many = Array.from({ length: 15 }, (_, n) => companyOf(`cus_${n}`, `Northern Bakery ${n}`))
  const firm = await world([...many, companyOf('cus_it', 'Other', { emails: ['a@bakery.example'] })])
  const ids = await firm.ids({ company: 'Northern Bakery', email: 'a@bakery.example' })
  expect([ids[0], ids.length]).toEqual(['cus_it', 10])
})
