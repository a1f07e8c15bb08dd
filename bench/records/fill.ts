import { join } from 'node:path'
import { customerKind } from '#core/kind/customer/customer.ts'
import { postingsOf } from '#core/query/find/posting.ts'
import { tokensOf } from '#core/query/find/token.ts'
import { mostInSet, setsOf, wordsToLearn } from '#core/query/find/typo.ts'
import { newId, toInstant } from '#core/record/id.ts'
import { toItem } from '#core/record/item.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { toAttributes } from '#functions/adapter/attribute.ts'
import { openDurable } from '#local/durable.ts'
import { openTables } from '#local/table/engine.ts'
import { Draw } from '../../test/random.ts'
import { customer as person } from '../find/person.ts'

/*
 * A hundred thousand customers in the data folder of a cloud that does not run, as years of work would have left them: the
 * records, their postings and the dictionary, in the same form as the functions write them, past HTTP, SDK and stream.
 */

export interface Filled {
  id: string
  name: string
  surname: string
  /** with + and the digits of its country */
  phone: string
}

type Items = Parameters<ReturnType<typeof openTables>['restore']>[1]['items']
type Entry = Items extends Iterable<infer T> ? T : never

const tenant = 'main'
const kind = customerKind as unknown as Kind
const begin = Date.UTC(2024, 0, 1)
/** So many are written in one transaction. */
const chunk = 500

/** What a person types of a customer, in the form in which POST /customers takes it. */
export function customerInput(
  number: number,
  random: Draw,
): { fields: object; surname: string; phone: string } {
  const { name, surname, emails, phones, place } = person(number, random)
  const type = name.startsWith(`${surname} `) ? 'company' : 'person'
  const [phone] = phones as [string]
  return { fields: { type, name, emails, phones, city: (place as { city: string }).city }, surname, phone }
}

/** @param data folder of a cloud that has made its tables and stopped */
export async function fillCustomers(data: string, count: number): Promise<Filled[]> {
  const durable = openDurable(join(data, 'cloud.db'))
  try {
    const tables = openTables({ group: durable, now: () => Date.now(), region: 'eu-central-1' })
    const { TableNames } = JSON.parse((await tables.handle('ListTables', {})).body) as {
      TableNames: string[]
    }
    // Only what the ledger changes is followed.
    const [ledger, find] = [true, false].map((isFollowed) =>
      TableNames.find((name) => (tables.stream(name) !== undefined) === isFollowed)!,
    ) as [string, string]
    const write = (table: string, items: Entry[]) => tables.restore(table, { items, records: [] })
    const random = new Draw(7)
    const dictionary = new Map<string, { pk: string; sk: string; words: Set<string> }>()
    const filled: Filled[] = []
    while (filled.length < count) {
      const records: AnyRecord[] = []
      while (records.length < chunk && filled.length < count) {
        const { record, ...told } = recordOf(filled.length, random)
        records.push(record)
        filled.push({ id: record.id, ...told })
        learn(dictionary, record)
      }
      await write(
        ledger,
        records.map((record) => toAttributes(toItem(kind, record)) as Entry),
      )
      await write(
        find,
        records.flatMap((record) => postingsOf(kind, record).map((each) => toAttributes(each) as Entry)),
      )
    }
    await write(
      find,
      [...dictionary.values()].map(({ words, ...key }): Entry => ({
        ...(toAttributes(key) as Entry),
        words: { SS: [...words] },
      })),
    )
    return filled
  } finally {
    durable.close()
  }
}

function recordOf(number: number, random: Draw): { record: AnyRecord } & Omit<Filled, 'id'> {
  const { fields, surname, phone } = customerInput(number, random)
  const at = begin + number * 600_000
  const record = kind.schema.parse({
    tenant,
    id: newId(
      kind.prefix,
      at,
      Uint8Array.from({ length: 10 }, () => random.below(256)),
    ),
    version: 1,
    createdAt: toInstant(at),
    updatedAt: toInstant(at),
    createdBy: 'viktor',
    status: random.pick(['prospect', 'active']),
    ...fields,
  })
  return { record, name: String(record.name), surname, phone }
}

function learn(
  dictionary: Map<string, { pk: string; sk: string; words: Set<string> }>,
  record: AnyRecord,
): void {
  for (const word of wordsToLearn(tokensOf(kind, record)))
    for (const { pk, sk } of setsOf(tenant, word)) {
      const place = `${pk}\n${sk}`
      const set = dictionary.get(place) ?? { pk, sk, words: new Set() }
      if (set.words.size < mostInSet) set.words.add(word)
      dictionary.set(place, set)
    }
}
