import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Cloud } from '../cloud.ts'
import { timelineOf } from './reading.ts'

let cloud: Cloud
beforeAll(async () => void (cloud = await openCloud({ start: '2027-03-01T08:00:00.000Z' })))
afterAll(() => cloud?.stop())

test.each([
  [
    'the e-mail in another case',
    { email: 'Jane.Roe@Customer.Example' },
    { email: 'jane.roe@customer.EXAMPLE' },
  ],
  [
    'the e-mail with spaces around it',
    { email: 'spaced@customer.example' },
    { email: '  spaced@customer.example ' },
  ],
  ['the phone with its country code', { phone: '030 901820' }, { phone: '+49 (0)30 / 90 18 20' }],
  ['the phone with 00 for the plus', { phone: '+380 67 222 33 44' }, { phone: '00380672223344' }],
  [
    'the phone beside another e-mail',
    { email: 'one@customer.example', phone: '+380631112233' },
    { email: 'two@customer.example', phone: '+380 63 111 22 33' },
  ],
])('who is known by %s does not become a second open lead', async (_how, first, second) => {
  const one = await cloud.postForm({ name: 'Known', ...first, message: 'first words' })
  expect(one.json.outcome).toBe('lead')
  await cloud.settle()
  const two = await cloud.postForm({ name: 'Known again', ...second, message: 'second words' })
  expect(two.status).toBe(201)
  expect(two.json).toMatchObject({ outcome: 'merged', leadId: one.json.leadId })
  await cloud.settle()
  const history = await cloud.history(one.json.leadId)
  expect(history.text).toContain(two.json.submissionId)
  expect(history.text).toContain('second words')
})

test('dots in an e-mail address make another person', async () => {
  const one = await cloud.postForm({ email: 'a.b@customer.example' })
  const two = await cloud.postForm({ email: 'ab@customer.example' })
  expect(two.json.outcome).toBe('lead')
  expect(two.json.leadId).not.toBe(one.json.leadId)
})

test('the owner is told about what was merged into the lead', async () => {
  const { json: lead } = await cloud.postForm({ name: 'Impatient', email: 'impatient@customer.example' })
  await cloud.settle()
  const before = await cloud.mailsAbout(lead.leadId)
  await cloud.postForm({ name: 'Impatient', email: 'impatient@customer.example', message: 'Are you there?' })
  await cloud.settle()
  const more = (await cloud.mailsAbout(lead.leadId)).slice(before.length)
  expect(more).toHaveLength(1)
  expect(more[0]!.to).toEqual(before[0]!.to)
  expect(more[0]!.text).toContain('Are you there?')
})

test('a closed lead stays closed: who comes again becomes a new one', async () => {
  const one = await cloud.postForm({ email: 'returning@customer.example' })
  await cloud.settle()
  const { json: lead } = await cloud.lead(one.json.leadId)
  const owner = lead.ownerId
  expect(
    (await cloud.addActivity(one.json.leadId, owner, { what: 'close', outcome: 'lost' })).status,
  ).toBeLessThan(300)
  await cloud.settle()
  const two = await cloud.postForm({ email: 'returning@customer.example', message: 'changed my mind' })
  expect(two.json.outcome).toBe('lead')
  expect(two.json.leadId).not.toBe(one.json.leadId)
})

test('twenty submissions of one new customer at once make one lead and nineteen merges', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      cloud.postForm({ email: 'crowd@customer.example', message: `number ${i}` }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
  const outcomes = answers.map(({ json }) => json.outcome)
  expect(outcomes.filter((outcome) => outcome === 'lead')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'merged')).toHaveLength(19)
  expect(new Set(answers.map(({ json }) => json.leadId)).size).toBe(1)
})

describe('another person who shares an address', () => {
  test('is named to the owner with the address to answer to, and stands on the lead', async () => {
    const { json: lead } = await cloud.postForm({
      name: 'Ann Vogel',
      email: 'ann@k1.customer.example',
      phone: '+49 30 901850',
      message: 'first question',
    })
    await cloud.settle()
    const before = await cloud.mailsAbout(lead.leadId)
    const second = await cloud.postForm({
      name: 'Bernd Maier',
      email: 'bernd@k1b.customer.example',
      phone: '+49 30 901850',
      company: 'Maier Bau',
      message: 'please write to me',
    })
    expect(second.json).toMatchObject({ outcome: 'merged', leadId: lead.leadId })
    await cloud.settle()
    const [mail] = (await cloud.mailsAbout(lead.leadId)).slice(before.length)
    expect(mail!.to).toEqual(before[0]!.to)
    expect(mail!.subject).toContain('Bernd Maier')
    expect(mail!.subject).toContain('Ann Vogel')
    expect(mail!.text).toContain('bernd@k1b.customer.example')
    expect(mail!.html).toContain('href="mailto:bernd@k1b.customer.example"')
    expect(mail!.html).toContain('href="tel:+4930901850"')
    expect(mail!.text).toContain('Bernd Maier, bernd@k1b.customer.example:\n> please write to me')

    const { json } = await cloud.lead(lead.leadId, 'maria')
    expect(json.contact).toMatchObject({ name: 'Ann Vogel', email: 'ann@k1.customer.example' })
    expect(json.people).toMatchObject([
      {
        name: 'Bernd Maier',
        email: 'bernd@k1b.customer.example',
        phone: '+4930901850',
        company: 'Maier Bau',
        submissionId: second.json.submissionId,
      },
    ])
    const third = await cloud.postForm({ email: 'bernd@k1b.customer.example', message: 'still waiting' })
    expect(third.json, 'he is known by his own address from now on').toMatchObject({ leadId: lead.leadId })
  })

  test('in a mailbox of many is another person, though the address is the same', async () => {
    const address = 'info@shared.customer.example'
    const { json: lead } = await cloud.postForm({ name: 'Carla Stein', email: address, message: 'one' })
    await cloud.settle()
    const before = await cloud.mailsAbout(lead.leadId)
    await cloud.postForm({ name: 'Dirk Stein', email: address, phone: '+49 30 901870', message: 'two' })
    await cloud.settle()
    const [mail] = (await cloud.mailsAbout(lead.leadId)).slice(before.length)
    expect(mail!.subject).toContain('Dirk Stein')
    expect(mail!.text).toContain('+4930901870')
    const { json } = await cloud.lead(lead.leadId, 'maria')
    expect(json.people).toMatchObject([{ name: 'Dirk Stein', phone: '+4930901870' }])
    expect(json.contact).toEqual({ name: 'Carla Stein', email: address })
  })

  test('neither name nor address of anybody leaves the lead, its submissions and its messages', async () => {
    await cloud.postForm({ name: 'Secret One', phone: '+49 30 901880' })
    await cloud.postForm({ name: 'Secret Two', phone: '+49 30 901880', email: 'two@secret.customer.example' })
    await cloud.settle()
    const said = (what: unknown): boolean => /Secret Two|two@secret/.test(JSON.stringify(what))
    const items = (await cloud.table.dump()).filter(said)
    // Its journal lies with the lead too, and keeps what is personal apart.
    const [journal, others] = [
      items.filter(({ kind }) => kind === 'change'),
      items.filter(({ kind }) => kind !== 'change'),
    ]
    expect(journal.filter(({ fields }) => said(fields))).toEqual([])
    const kinds = others.map((item) => item.kind)
    expect(new Set(kinds)).toEqual(new Set(['submission', 'lead', 'activity', 'unique']))
  })
})

describe('what a known customer says anew', () => {
  test('is the latest value of the lead, with the earlier one in the history and in the e-mail', async () => {
    const carl = { name: 'Carl Neu', email: 'carl@k2.customer.example' }
    const { json: lead } = await cloud.postForm({ ...carl, phone: '+49 30 901851', message: 'call me' })
    await cloud.settle()
    const before = await cloud.mailsAbout(lead.leadId)
    await cloud.postForm({ ...carl, phone: '+49 30 901852', employees: '50', message: 'use the new number' })
    await cloud.settle()
    const [mail] = (await cloud.mailsAbout(lead.leadId)).slice(before.length)
    expect(mail!.text).toMatch(/: +\+4930901852 \(.+: \+4930901851\)/)
    expect(mail!.html).toContain('href="tel:+4930901852"')
    expect(mail!.html).not.toContain('href="tel:+4930901851"')

    const { json } = await cloud.lead(lead.leadId, 'maria')
    expect(json).toMatchObject({ contact: { phone: '+4930901852' }, employees: 50 })
    expect(json.people).toBeUndefined()
    const { json: history } = await cloud.history(lead.leadId)
    expect(history.events).toContainEqual(
      expect.objectContaining({
        activity: 'merge',
        changes: [
          { field: 'phone', before: '+4930901851', after: '+4930901852' },
          { field: 'employees', after: 50 },
        ],
      }),
    )
    const old = await cloud.postForm({ phone: '+49 30 901851', message: 'from the old phone' })
    expect(old.json, 'the earlier number finds the lead as well').toMatchObject({ leadId: lead.leadId })
  })

  test.each([
    ['a sign instead of a name', { name: '王伟', phone: '+8613800138000' }, { name: '🙂' }, { name: '王伟' }],
    [
      'a title instead of a name',
      { name: 'Jo Ray', phone: '+4930901899' },
      { name: 'Mr.' },
      { name: 'Jo Ray' },
    ],
    [
      'the other spelling of the domain',
      { name: 'Ute', email: 'ute@bücher.example' },
      { email: 'ute@xn--bcher-kva.example' },
      { email: 'ute@bücher.example' },
    ],
    [
      'the readable spelling of the domain',
      { name: 'Ute', email: 'ute@xn--grn-ioa.example' },
      { email: 'ute@grün.example' },
      { email: 'ute@grün.example' },
    ],
  ])('%s is no news, and what reads best stays', async (_, before, now, after) => {
    const { json: lead } = await cloud.postForm({ ...before, message: 'one' })
    const again = await cloud.postForm({ ...before, ...now, message: 'two' })
    expect(again.json).toMatchObject({ outcome: 'merged', leadId: lead.leadId })
    await cloud.settle()
    const { json } = await cloud.lead(lead.leadId)
    expect(json.contact).toMatchObject(after)
    expect(json.people).toBeUndefined()
    const merge = (await cloud.history(lead.leadId)).json.events.find(
      (event: { activity?: string; what?: string }) => event.activity === 'merge' || event.what === 'merge',
    )
    expect(merge).not.toHaveProperty('changes')
  })

  test('is not overruled by what nobody said', async () => {
    const olena = { name: 'Olena', email: 'olena@assumed.customer.example' }
    const { json: lead } = await cloud.postForm({ ...olena, _language: 'uk', country: 'PL' })
    await cloud.postForm({ ...olena, phone: '+380 67 222 33 45', message: 'no language, no country' })
    const { json } = await cloud.lead(lead.leadId, 'maria')
    expect(json).toMatchObject({ language: 'uk', country: 'PL', contact: { phone: '+380672223345' } })
  })
})

describe('news that changes the route', () => {
  test('takes a lead that nobody has answered to the team of its new route, by the same workflow', async () => {
    const customer = { name: 'Grow', email: 'grow@customer.example', country: 'FR' }
    const { json } = await cloud.postForm({ ...customer, employees: '50' })
    await cloud.settle()
    const { json: before } = await cloud.lead(json.leadId, 'maria')
    expect(before.teamId).toBe('sales-international')
    await cloud.postForm({ ...customer, employees: '1000', message: 'we are many' })
    await cloud.settle()
    const { json: after } = await cloud.lead(json.leadId, 'maria')
    expect(after).toMatchObject({ teamId: 'enterprise', priority: 'high', next: 'answer' })
    expect(Date.parse(after.respondBy)).toBeLessThan(Date.parse(before.respondBy))
    const told = (await timelineOf(cloud, json.leadId)).map(({ template, to }) => `${template} ${to}`)
    expect(told.slice(0, 2)).toEqual(
      expect.arrayContaining([`lead-assigned ${before.ownerId}`, `lead-assigned ${after.ownerId}`]),
    )
    expect(told.slice(2)).toEqual([`lead-merged ${before.ownerId}`])
    expect(after.ownerId).not.toBe(before.ownerId)
    const { json: history } = await cloud.history(json.leadId)
    expect(JSON.stringify(history.events)).toContain('"row":"enterprise-abroad"')
  })

  test('leaves an answered lead with its owner and tells him and the manager', async () => {
    const customer = { name: 'Later', email: 'later@customer.example', country: 'FR' }
    const { json } = await cloud.postForm({ ...customer, employees: '50' })
    await cloud.settle()
    const { json: before } = await cloud.lead(json.leadId, 'maria')
    await cloud.addActivity(json.leadId, before.ownerId, { what: 'call' })
    await cloud.settle()
    const known = await cloud.mailsAbout(json.leadId)
    await cloud.postForm({ ...customer, employees: '1000', message: 'we are many' })
    await cloud.settle()
    const { json: after } = await cloud.lead(json.leadId, 'maria')
    expect(after).toMatchObject({ ownerId: before.ownerId, teamId: 'sales-international', employees: 1000 })
    expect((await cloud.mailsAbout(json.leadId)).slice(known.length)).toHaveLength(2)
    const { json: history } = await cloud.history(json.leadId)
    expect(history.events).toContainEqual(
      expect.objectContaining({
        what: 'decision',
        steps: [
          expect.objectContaining({ what: 'table', row: 'enterprise-abroad' }),
          expect.objectContaining({ what: 'skip', because: 'answered', changed: ['lead.employees'] }),
        ],
      }),
    )
  })
})

test('an e-mail address of one lead and a phone number of another: both owners learn of it', async () => {
  const { json: one } = await cloud.postForm({ name: 'Eva Kern', email: 'eva@cross.customer.example' })
  const { json: two } = await cloud.postForm({ name: 'Finn Kern', phone: '+49 30 901890' })
  await cloud.settle()
  const [before, other] = [await cloud.mailsAbout(one.leadId), await cloud.mailsAbout(two.leadId)]
  const { json } = await cloud.postForm({
    name: 'Eva Kern',
    email: 'eva@cross.customer.example',
    phone: '+49 30 901890',
    message: 'both of us',
  })
  expect(json).toMatchObject({ outcome: 'merged', leadId: one.leadId })
  await cloud.settle()
  for (const [id, known, link] of [
    [one.leadId, before, two.leadId],
    [two.leadId, other, one.leadId],
  ] as const) {
    const { json: history } = await cloud.history(id)
    expect(history.events).toContainEqual(expect.objectContaining({ otherLeadId: link }))
    const more = (await cloud.mailsAbout(id)).slice(known.length)
    expect(more.map(({ text }) => text).join()).toContain(link)
  }
  expect((await cloud.lead(one.leadId, 'maria')).json.contact.phone, 'stays the other one’s').toBeUndefined()
})

describe('a closed lead', () => {
  test('is not reopened beside a newer open lead of the customer; the answer names that one', async () => {
    const email = 'again@reopen.customer.example'
    const { json: old } = await cloud.postForm({ name: 'Again', email })
    await cloud.settle()
    const { ownerId } = (await cloud.lead(old.leadId)).json
    await cloud.addActivity(old.leadId, ownerId, { what: 'close', outcome: 'lost' })
    const { json: newer } = await cloud.postForm({ name: 'Again', email, message: 'I am back' })
    await cloud.settle()
    const before = (await cloud.history(old.leadId)).json
    const refused = await cloud.addActivity(old.leadId, ownerId, { what: 'reopen', text: 'he called' })
    expect(refused.status).toBe(409)
    expect(refused.json).toMatchObject({ leadId: newer.leadId })
    expect(refused.text).toContain('go on there')
    expect((await cloud.history(old.leadId)).json).toEqual(before)

    await cloud.addActivity(newer.leadId, 'maria', { what: 'close', outcome: 'lost' })
    expect((await cloud.addActivity(old.leadId, ownerId, { what: 'reopen' })).status).toBe(201)
    const third = await cloud.postForm({ email, message: 'and again' })
    expect(third.json, 'its address is its own again').toMatchObject({
      outcome: 'merged',
      leadId: old.leadId,
    })
  })
})
