import * as fc from 'fast-check'
import type { AnyRecord } from '../../record/kind.ts'
import type { Search } from './find.ts'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../record/fault.ts'
import { toItem } from '../../record/item.ts'
import { sizeOf } from '../../../test/fixture/size.ts'
import { person, personKind, request, tenant, world } from './fixture.ts'
import { postingsOf } from './posting.ts'

/** Names with what somebody types who wants them. */
const written: [name: string, typed: string[]][] = [
  ['Тарас Шевченко', ['shevchenko', 'Shev', 'taras shevchenko', 'Шевч', 'шевченко тарас', 'SHEVCHENKO']],
  ['Юрій Гончаренко', ['Yurii', 'Yuriy', 'Jurij', 'Honcharenko', 'Goncharenko', 'iurii honch']],
  ["Мар'яна Ющенко", ['Mariana', 'Мар’яна', 'Мар`яна', 'Yushchenko', 'Iushchenko']],
  ['Ірина Яковенко', ['Iryna', 'Irina', 'Yakovenko', 'Iakovenko', 'irina jakov']],
  ['Наталья Щербакова', ['Natalia', 'Nataliya', 'Shcherbakova', 'щерб']],
  ['Александр Ёлкин', ['Aleksandr', 'Alexandr', 'Elkin', 'Елкин', 'ёлкин']],
  ['Jürgen Müller-Lüdenscheidt', ['Jurgen', 'jürgen', 'Muller', 'MÜLLER', 'ludensch', 'müller lüd']],
  ['Straße & Söhne GmbH', ['strasse', 'Straße', 'STRASSE', 'sohne gmbh', 'söh']],
  ['Łukasz Wójcik', ['lukasz', 'Wojcik', 'vojcik', 'łuk']],
  ['Παπαδόπουλος Γιώργος', ['Papadopoulos', 'giorgos', 'παπαδ', 'ΓΙΩΡΓΟΣ', 'Γιωργος']],
  ['Ευαγγελία Ξένου', ['Evaggelia', 'Xenou', 'Ksenou', 'ευαγγ']],
  ['日本電気株式会社', ['日本', '電気', '日本電気', '株式', '社', '本電気株']],
  ['トヨタ自動車', ['トヨタ', 'とよた', 'ﾄﾖﾀ', '自動車', '車']],
  ['محمد الأحمد', ['محمد', 'مُحَمَّد', 'الاحمد', 'الأح']],
  ['김철수', ['김', '김철', '김철수']],
  ['O’Brien, Siobhán', ["o'brien", 'OBrien', 'siobhan']],
  ['IKEA İstanbul', ['istanbul', 'ikea İst', 'ISTANBUL']],
  ['Studio 54', ['studio 54', '54', 'stud']],
]

describe('a name in any script', async () => {
  const firm = world(written.map(([name], i) => person(i, { name })))
  await firm.ready
  test.each(written)('%s', async (name, typed) => {
    for (const text of typed) expect(await firm.names(text), text).toContain(name)
  })

  test('is not found by what it does not have', async () => {
    for (const text of ['zzz', 'evchenko', 'taras müller', '日車', 'shevchenko 54'])
      expect(await firm.names(text), text).toEqual([])
  })
})

const olena = person(1, {
  name: 'Olena Shevchenko',
  emails: ['olena.shev@mail.firm.example'],
  phones: ['+380441234507', '+4930901820'],
  place: { city: 'Kyiv' },
  contract: 'C-2024/117',
  notes: 'secret words',
})

describe('what counts as a whole', async () => {
  const firm = world([olena, person(2, { name: 'Someone Else', emails: ['else@other.example'] })])
  await firm.ready

  test.each([
    ['an e-mail address', 'olena.shev@mail.firm.example', 'is'],
    ['in capitals', 'OLENA.Shev@MAIL.firm.example', 'is'],
    ['its beginning', 'olena.sh', 'begins'],
    ['its domain', '@mail.firm', 'has'],
    ['its domain without @', 'mail.firm.example', 'has'],
    ['a number as dialled abroad', '+380 44 123-45-07', 'is'],
    ['as dialled at home', '044 123 45 07', 'begins'],
    ['with 00', '00380441234507', 'begins'],
    ['its end', '4507', 'has'],
    ['an end that begins with 0', '507', 'has'],
    ['the German way', '+49 (0) 30 / 90 18 20', 'is'],
    ['the digits of another script', '٣٨٠٤٤١٢٣', 'begins'],
    ['a contract', 'C-2024/117', 'has'],
    ['the end of one', '117', 'is'],
    ['in one piece', 'c2024117', 'is'],
    ['several things at once', 'olena 4507 @mail kyiv', undefined],
  ])('%s: %s', async (_, text, how) => {
    const [found, ...others] = await firm.ask(text)
    expect(found?.id).toBe(olena.id)
    expect(others).toEqual([])
    if (how) expect(found?.because.map((each) => each.how)).toContain(how)
  })

  test('says which field it was, and shows the line of the record', async () => {
    const [found] = await firm.ask('kyi 4507')
    expect(found).toEqual({
      kind: 'person-or-company',
      id: olena.id,
      called: 'Olena Shevchenko',
      line: { name: 'Olena Shevchenko' },
      because: [
        { asked: '4507', field: 'phones', how: 'has' },
        { asked: 'kyi', field: 'place.city', how: 'begins' },
      ],
    })
  })

  test('fields that do not say so are not looked into', async () => {
    expect(await firm.ids('secret')).toEqual([])
  })
})

describe('a typo', async () => {
  const names = ['Shevchenko', 'Bondarenko', 'Hoffmann', 'Schneider', 'Kowalski', 'Тимошенко', 'Papadopoulos']
  const firm = world(names.map((name, i) => person(i, { name })))
  await firm.ready
  test.each([
    [
      'Shevchenko',
      ['Shevcehnko', 'Shevchenk', 'Shevvchenko', 'Shefchenko', 'hSevchenko', 'Sevchenko', 'Shevhcen'],
    ],
    ['Hoffmann', ['Hofmann', 'Hoffman', 'Goffmann', 'Hoffnann']],
    ['Schneider', ['Schnieder', 'Shneider', 'Schneidr', 'Schnaider']],
    ['Kowalski', ['Kovalsky', 'Kowalsky', 'Kowalksi']],
    ['Тимошенко', ['Tymoshenko', 'Timoshenko', 'Тимошенка', 'Timochenko']],
  ])('in %s is forgiven', async (name, typed) => {
    for (const text of typed) expect(await firm.names(text), text).toEqual([name])
  })

  test('says that it is only like it, and stands behind what is right', async () => {
    const more = world([person(1, { name: 'Martens' }), person(2, { name: 'Mertens' })])
    await more.ready
    expect(await more.names('Mertens')).toEqual(['Mertens', 'Martens'])
    expect((await more.ask('Mertens'))[1]?.because).toEqual([
      { asked: 'mertens', field: 'name', how: 'like' },
    ])
  })

  test('that makes the name of somebody else hides nobody: whoever listens does not hear the difference', async () => {
    const more = world([person(1, { name: 'Anna Schmitt' }), person(2, { name: 'Anna Schmidt' })])
    await more.ready
    expect(await more.names('anna schmidt')).toEqual(['Anna Schmidt', 'Anna Schmitt'])
  })

  test('in one word leaves the others as they are', async () => {
    const more = world([
      person(1, { name: 'Anna Shevchenko' }),
      person(2, { name: 'Petro Shevchenko' }),
      person(3, { name: 'Anna Bondar' }),
    ])
    await more.ready
    expect(await more.names('anna shevchneko')).toEqual(['Anna Shevchenko'])
  })
})

describe('what comes first', () => {
  test('whole words, then beginnings; names, then what stands behind them; the letters that were typed', async () => {
    const firm = world([
      person(1, { name: 'Annabelle Zorn' }),
      person(2, { name: 'Karl Otto', place: { city: 'Anna' } }),
      person(3, { name: 'Anna Zorn' }),
      person(4, { name: 'Gans' }),
      person(5, { name: 'Hans' }),
    ])
    await firm.ready
    expect(await firm.names('anna')).toEqual(['Anna Zorn', 'Karl Otto', 'Annabelle Zorn'])
    expect(await firm.names('hans')).toEqual(['Hans', 'Gans'])
    expect(await firm.names('gans')).toEqual(['Gans', 'Hans'])
  })

  test('a name among thousands of the same beginning is found by its second word', async () => {
    const firm = world(
      Array.from({ length: 900 }, (_, i) =>
        person(i, { name: `Anna Smi${String.fromCharCode(97 + (i % 26))}ler` }),
      ),
    )
    await firm.put(person(5000, { name: 'Anna Smolenko' }))
    expect(await firm.names('anna smo')).toEqual(['Anna Smolenko'])
    expect(await firm.names('smo an')).toEqual(['Anna Smolenko'])
  })

  test('of one kind alone, and no more than asked for', async () => {
    const firm = world([
      person(1, { name: 'Pump Ltd' }),
      request(1, 'Pump drips'),
      request(2, 'Pump is loud'),
    ])
    await firm.ready
    expect(await firm.ids('pump', { kinds: ['request'] })).toEqual(['req_000001', 'req_000002'])
    expect(await firm.ids('pump', { limit: 1 })).toHaveLength(1)
  })
})

test('of a whole name the rarer word is asked, and not that of hundreds, with a typo in it too', async () => {
  const firm = world([
    ...Array.from({ length: 350 }, (_, i) => person(i, { name: `Anna Number${i}` })),
    person(999, { name: 'Anna Shevchenko' }),
  ])
  await firm.ready
  const { ask } = firm.find
  const asked: string[] = []
  firm.find.ask = async (lookup, page) => {
    asked.push(lookup.prefix)
    return ask(lookup, page)
  }
  for (const text of ['anna shevchenko', 'anna shevcehnko'])
    expect(await firm.names(text)).toEqual(['Anna Shevchenko'])
  expect(asked).toContain('sgevcgenko')
  expect(asked.filter((prefix) => prefix.startsWith('an'))).toEqual([])
  // The one that ends is the shorter one: of it are all that are found.
  await firm.put(person(1000, { name: 'Uwe Number' }))
  expect((await firm.names('number uwe'))[0]).toBe('Uwe Number')
  expect(asked).toContain('uve')
})

/** Those records alone are seen. */
const seenIf =
  (is: (record: AnyRecord) => boolean): Search['shown'] =>
  async (all) =>
    all.map(({ record }) => (is(record) ? record : undefined))

describe('what may not be seen, or is not so any more', () => {
  test('is left out, and others take its place', async () => {
    const firm = world(Array.from({ length: 30 }, (_, i) => person(i, { name: `Same ${i}` })))
    await firm.ready
    const shown = seenIf(({ id }) => id < 'pers_000010')
    expect((await firm.ids('same', { limit: 5, shown })).every((id) => id < 'pers_000010')).toBe(true)
    expect(await firm.ids('same', { limit: 5, shown })).toHaveLength(5)
    expect(await firm.ids('same', { shown: seenIf(() => false) })).toEqual([])
  })

  test('is not found by a field that is above his level', async () => {
    const firm = world([person(1, { name: 'Alpha', emails: ['alpha@customer.example'] })])
    await firm.ready
    const shown: Search['shown'] = async (all) =>
      all.map(({ record: { emails: _, ...record } }) => record as AnyRecord)
    expect(await firm.ids('alpha@customer.example')).toEqual(['pers_000001'])
    expect(await firm.ids('alpha@customer.example', { shown })).toEqual([])
    expect(await firm.ids('alpha', { shown })).toEqual(['pers_000001'])
  })

  test('a record that somebody may see is found among hundreds that he may not, and one of a kind among those of others', async () => {
    const firm = world(Array.from({ length: 290 }, (_, i) => person(i, { name: 'Same name' })))
    await firm.put(request(1, 'same thing'))
    const shown = seenIf(({ id }) => id === 'pers_000280')
    expect(await firm.ids('same', { shown })).toEqual(['pers_000280'])
    expect(await firm.ids('same name', { shown })).toEqual(['pers_000280'])
    expect(await firm.ids('same', { kinds: ['request'] })).toEqual(['req_000001'])
  })

  test('is not shown while its postings are stale', async () => {
    const firm = world([person(1, { name: 'Alpha Beta' })])
    await firm.ready
    const changed = { ...person(1, { name: 'Gamma Beta' }), version: 2 }
    await firm.store.project([{ put: toItem(personKind, changed) }])
    expect(await firm.ids('alpha')).toEqual([])
    expect(await firm.ids('beta')).toEqual(['pers_000001'])
    await firm.store.project([{ remove: personKind.keys(changed) }])
    expect(await firm.ids('beta')).toEqual([])
  })

  test('after a change old words find nothing and new ones do, in the postings too', async () => {
    const firm = world([olena])
    await firm.ready
    await firm.put({ ...olena, version: 2, name: 'Olena Bondar', phones: ['+380441234599'] })
    expect(await firm.ids('shevchenko')).toEqual([])
    expect(await firm.ids('4507')).toEqual([])
    expect(await firm.ids('bondar')).toEqual([olena.id])
    const found = firm.find.all()
    expect(found.every(({ words }) => words.includes('bondar'))).toBe(true)
    expect(found.map(({ pk, sk }) => [pk, sk])).toEqual(
      expect.arrayContaining(
        postingsOf(personKind, { ...olena, name: 'Olena Bondar', phones: ['+380441234599'] }).map(
          ({ pk, sk }) => [pk, sk],
        ),
      ),
    )
  })

  test('a record that is in no list any more leaves', async () => {
    const merged = {
      ...personKind,
      keys: (record: never) => ({ ...personKind.keys(record), listPk: undefined }),
    }
    expect(postingsOf(personKind, olena).length).toBeGreaterThan(0)
    expect(postingsOf(merged, olena)).toEqual([])
  })
})

const name = fc.oneof(
  fc.stringMatching(/^[a-zäöüßéčłø]{2,12}$/),
  fc.stringMatching(/^[абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэёъ]{2,12}$/),
  fc.stringMatching(/^[αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ]{2,12}$/),
  fc.stringMatching(/^[ぁ-んァ-ヶ一-龠]{2,6}$/),
  fc.stringMatching(/^[ء-غف-ي]{2,8}$/),
  fc.stringMatching(/^[가-힣]{2,5}$/),
)

test('any beginning of two signs of any word finds its record', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.nat(),
      async (words, a, b) => {
        const firm = world([person(1, { name: words.join(' ') })])
        await firm.ready
        const signs = Array.from(words[a % words.length]!)
        const typed = signs.slice(0, 2 + (b % (signs.length - 1))).join('')
        expect(await firm.ids(typed).catch(refusal), `${words.join(' ')} by ${typed}`).toEqual(
          // The soft sign alone, and such, leave too little.
          expect.toSatisfy((ids: unknown) => ids === 'refused' || (ids as string[])[0] === 'pers_000001'),
        )
      },
    ),
    { numRuns: 500 },
  )
})

const refusal = (error: unknown): string => {
  if (error instanceof Fault && error.code === 'input.invalid') return 'refused'
  throw error
}

test('any three digits or more at the beginning or the end of a phone number find it', async () => {
  const number = fc.tuple(
    fc.constantFrom('1', '7', '380', '49', '44', '39', '972', '48'),
    fc.stringMatching(/^[0-9]{7,10}$/),
  )
  await fc.assert(
    fc.asyncProperty(number, fc.nat(), async ([code, national], length) => {
      const digits = code + national
      const firm = world([person(1, { name: 'X', phones: [`+${digits}`] })])
      await firm.ready
      const part = (text: string): number => 3 + (length % (text.length - 2))
      for (const typed of [
        digits.slice(0, part(digits)),
        `+${digits.slice(0, part(digits))}`,
        digits.slice(-part(digits)),
        national.slice(0, part(national)),
      ])
        expect(await firm.ids(typed), `${digits} by ${typed}`).toEqual(['pers_000001'])
    }),
    { numRuns: 300 },
  )
})

test('what strangers write is stored within the limits of the table, and found or refused', async () => {
  const hostile = [
    'x'.repeat(10_000),
    'я'.repeat(10_000),
    '日本'.repeat(5_000),
    'word '.repeat(2_000),
    '\ud800 half \udfff',
    'a#b%c#%23 main#word#wo',
    '\u0000\u0001\u001f\u007f',
    '#'.repeat(300),
    '\u202e\u200b\ufeff',
    '=code +123 -5 <7',
    '__proto__ constructor',
    '👩‍🚀🚀',
    '%@#.example #%@x.example',
    '+'.repeat(500) + '1'.repeat(500),
    'É'.normalize('NFD').repeat(3_000),
  ]
  for (const text of hostile) {
    const record = person(1, {
      name: text,
      emails: [`${text}@x.example`],
      phones: [text, `+${text}`],
      contract: text,
    })
    const postings = postingsOf(personKind, record)
    expect(postings.length, text.slice(0, 20)).toBeLessThanOrEqual(160)
    for (const posting of postings) {
      expect(posting.pk.isWellFormed() && posting.sk.isWellFormed()).toBe(true)
      expect(posting.pk.startsWith(`${tenant}#`)).toBe(true)
      expect(Buffer.byteLength(posting.sk), posting.sk).toBeLessThanOrEqual(1024)
      expect(sizeOf(posting), posting.sk).toBeLessThanOrEqual(1536)
    }
    const firm = world([person(2, { name: 'half word' }), person(1, { name: 'X', contract: text })])
    await firm.ready
    const found = await firm.ids(text).catch(refusal)
    expect(found === 'refused' || Array.isArray(found)).toBe(true)
  }
})

test('a text by which nothing can be found is refused in words', async () => {
  const firm = world()
  for (const text of ['', ' ', 'a', '1', '!!', '\ud800', '@', 'x'.repeat(201)])
    await expect(firm.ask(text), text).rejects.toMatchObject({ code: 'input.invalid', where: 'text' })
  expect(await firm.ids('ab')).toEqual([])
})

test('a customer with an e-mail address and a phone takes seven write units, and nothing where no word changes', async () => {
  const fields = { name: 'Olena Shevchenko', emails: ['o@firm.example'], phones: ['+380441234507'] }
  const firm = world([person(1, fields)])
  await firm.ready
  expect(firm.find.all()).toHaveLength(2 + 2 + 3)
  const written = firm.find.all()
  await firm.put({ ...person(1, { ...fields, notes: 'called' }), version: 2 })
  expect(firm.find.all()).toEqual(written)
})
