import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud, type Answer, type Cloud } from '../cloud.ts'
import { fillFile } from '../fixture/long-file.ts'

/** Why somebody has a record: what the panel beside a lead shows, and what whoever asks next to it is told. */
const start = '2027-03-01T09:00:00.000Z' // Monday, 10 in Berlin
let cloud: Cloud
let lead: string
const until = '2027-03-05T17:00:00.000Z'
beforeAll(async () => {
  cloud = await openCloud({ start })
  await cloud.addAbsence('priya', 'viktor', { from: start, until })
  lead = await leadOf({ country: 'DE', employees: 200, budget: 68_000 })
})
afterAll(() => cloud?.stop())

let count = 0
async function leadOf(more: object): Promise<string> {
  count++
  const fields = {
    name: `Katrin ${count}`,
    email: `k${count}@customer.example`,
    channel: 'web-form',
    ...more,
  }
  const { json, text } = await cloud.postLead('viktor', fields)
  expect(json.leadId, text).toBeDefined()
  await cloud.settle()
  return json.leadId as string
}
const why = (path: string, user = 'maria', headers: Record<string, string> = {}): Promise<Answer> =>
  cloud.request(path, { user, headers })

describe('a lead', () => {
  test('has the table with what each row missed, whose turn it was, and until when it is promised', async () => {
    const { status, json, text } = await why(`/leads/${lead}/why`)
    expect(status, text).toBe(200)
    const [{ table, assignment, ...decision }] = json.decisions
    expect(decision).toMatchObject({ workflow: 'lead-follow-up', version: expect.any(String), at: start })
    expect(table).toMatchObject({
      name: 'lead-routing',
      title: 'Who answers a lead, how urgently, and until when',
      isPublished: true,
      hitPolicy: 'first',
      row: 'enterprise-budget',
      note: 'A stated budget tells more than the size of the company.',
    })
    expect(table.rows.map(({ id, state }: { id: string; state: string }) => `${id} ${state}`)).toEqual([
      'phone-urgent failed',
      'enterprise-dach failed',
      'enterprise-abroad failed',
      'enterprise-budget decided',
      'dach not-reached',
      'ukraine not-reached',
      'ukrainian-speakers not-reached',
      'talk-now not-reached',
    ])
    expect(table.rows[1].failed).toEqual({
      facts: [{ name: 'lead.employees', title: 'Employees' }],
      wanted: '≥ 500',
      seen: '200',
    })
    expect(assignment).toMatchObject({
      team: { id: 'enterprise', title: 'Key accounts' },
      chosen: { id: 'maria', name: 'Maria Hoffmann' },
      members: [
        { id: 'maria', state: 'chosen' },
        { id: 'priya', state: 'passed', because: 'absent', until },
      ],
    })
    expect(json).toMatchObject({
      owner: { person: { id: 'maria' }, how: 'assigned', decision: decision.id },
      team: { id: 'enterprise', how: 'table', decision: decision.id },
      priority: { value: 'high', how: 'table', decision: decision.id },
      promise: {
        from: start,
        within: '1 hour',
        until: '2027-03-01T10:00:00.000Z',
        calendar: { id: 'berlin', timeZone: 'Europe/Berlin' },
      },
      language: 'en',
    })
  })

  test('has what comes next, which comes then', async () => {
    const { then } = (await why(`/leads/${lead}/why`)).json
    expect(then.slice(0, 3)).toMatchObject([
      {
        at: '2027-03-01T10:00:00.000Z',
        do: 'tell',
        who: 'owner',
        to: { id: 'maria' },
        message: 'lead-reminder',
      },
      { at: '2027-03-01T10:30:00.000Z', do: 'assign', among: [] },
      { at: '2027-03-01T10:30:00.000Z', do: 'tell', who: 'manager', to: { id: 'viktor' } },
    ])
    await cloud.advance('61 minutes')
    expect((await cloud.mailsAbout(lead)).at(-1)!.to).toEqual(['maria.hoffmann@northwind.example'])
    const later = (await why(`/leads/${lead}/why`)).json
    expect(later.then[0]).toMatchObject({ at: '2027-03-01T10:30:00.000Z', do: 'assign' })
  })

  test('has one paragraph in the language of who asks, of his browser, or that he names', async () => {
    const sentenceFor = async (query: string, headers = {}): Promise<string> =>
      // Numbers have spaces that do not break.
      String((await why(`/leads/${lead}/why${query}`, 'viktor', headers)).json.sentence).replaceAll(
        '\u00a0',
        ' ',
      )
    expect(await sentenceFor('?lang=en')).toBe(
      'Budget: ≥ 50,000, so “Key accounts” answers. Next in turn there: Maria Hoffmann. Priya Nair is away until Fri 5 March, 18:00 (Berlin). Promised within 1 hour of opening hours, until 11:00 (Berlin).',
    )
    expect(await sentenceFor('', { 'accept-language': 'uk-UA,uk;q=0.9' })).toBe(
      'Бюджет: ≥ 50 000, тож відповідає «Key accounts». Наступна черга там: Maria Hoffmann. Немає на місці: Priya Nair, до пт, 5 березня, 18:00 (Berlin). Обіцяно за 1 годину робочого часу, до 11:00 (Berlin).',
    )
    // He reads Russian, says the company.
    expect(await sentenceFor('')).toMatch(/^Бюджет: ≥ 50 000, поэтому отвечает «Key accounts»\./)
    expect((await why(`/leads/${lead}/why?lang=de`)).json).toMatchObject({ status: 400, where: 'lang' })
  })

  test('that somebody took says so, at once and once it is in the journal', async () => {
    const id = await leadOf({ country: 'UA' })
    const first = (await why(`/leads/${id}/why`, 'viktor')).json.owner
    expect(first.how).toBe('assigned')
    const other = first.person.id === 'olena' ? 'taras' : 'olena'
    expect((await cloud.addActivity(id, other, { what: 'take' })).status).toBe(201)
    for (const wait of ['0 seconds', '2 seconds']) {
      if (wait !== '0 seconds') await cloud.advance(wait)
      const { owner, team, sentence } = (await why(`/leads/${id}/why?lang=en`, 'iryna')).json
      expect(owner, wait).toMatchObject({ person: { id: other }, how: 'taken' })
      expect(team).toMatchObject({ id: 'sales-ukraine', how: 'table' })
      expect(sentence).toContain('took it, ')
    }
  })

  test('is told to whoever may read it, and to nobody else', async () => {
    expect((await why(`/leads/${lead}/why`, 'olena')).json).toMatchObject({
      status: 404,
      code: 'record.unknown',
    })
    expect((await why(`/leads/${lead}/why`, 'hannah')).status).toBe(403)
    expect((await cloud.request(`/leads/${lead}/why`)).status).toBe(401)
    expect((await why('/leads/lead_00000000000000000000000000/why')).status).toBe(404)
    // A customer is no work.
    expect((await why('/customers/cus_00000000000000000000000000/why')).status).toBe(405)
    const etag = (await why(`/leads/${lead}/why`)).headers.get('etag')!
    expect((await why(`/leads/${lead}/why`, 'maria', { 'if-none-match': etag })).status).toBe(304)
  })
})

describe('other work', () => {
  const made = async (path: string, json: object, user = 'anna'): Promise<string> => {
    const { json: record, text } = await cloud.request(path, { json, user })
    expect(record.id, text).toBeDefined()
    await cloud.settle()
    return `${path}/${record.id}`
  }

  test('a task is with whom it was made for, and goes to whom it is given; each ends in a paragraph', async () => {
    const task = { title: 'Call', type: 'call', dueAt: '2027-03-02T14:00:00Z' }
    const path = await made('/tasks', task)
    const own = (await why(`${path}/why`, 'anna')).json
    expect(own.owner).toMatchObject({ person: { id: 'anna' }, how: 'made', by: { id: 'anna' } })
    expect(own.promise).toMatchObject({ field: 'dueAt', how: 'said', until: '2027-03-02T14:00:00.000Z' })
    expect(own.then).toMatchObject([{ at: '2027-03-02T14:00:00.000Z', do: 'raise', to: { id: 'anna' } }])
    await cloud.request(`${path}/give`, { json: { to: 'jonas' }, user: 'anna' })
    await cloud.advance('2 seconds')
    const given = (await why(`${path}/why`, 'anna')).json
    expect(given.owner).toMatchObject({ person: { id: 'jonas' }, how: 'given', by: { id: 'anna' } })
    expect(given.sentence).toMatch(/^Anna Becker gave it to Jonas Keller, /)
  })

  test('a ticket says which table promised its answer and, once it is answered, its solution', async () => {
    const customerId = (await made('/customers', { type: 'company', name: 'Mill' }, 'greta')).split('/')[2]
    const path = await made('/tickets', { customerId, subject: 'It blinks', channel: 'email' }, 'greta')
    await cloud.advance('2 seconds')
    const first = (await why(`${path}/why`, 'greta')).json
    expect(first.promise).toMatchObject({ field: 'respondBy', how: 'table', within: expect.any(String) })
    expect(first.decisions[0].table.name).toBe('ticket-routing')
    const owner = first.owner.person.id as string
    await cloud.request(`${path}/activities`, { json: { what: 'call' }, user: owner })
    await cloud.advance('2 seconds')
    const later = (await why(`${path}/why`, 'greta')).json
    expect(later.promise).toMatchObject({ field: 'solveBy', how: 'table', within: expect.any(String) })
    expect(later.owner).toMatchObject({ person: { id: owner }, how: 'assigned' })
  })
})

test('a file with 10,000 entries costs no more to explain', async () => {
  const id = await leadOf({ country: 'GB' })
  const unitsOf = async (): Promise<number> => {
    await cloud.request('/_local/cost/reset', { json: {} })
    expect((await why(`/leads/${id}/why`, 'viktor')).json.decisions).toHaveLength(1)
    return Number((await cloud.cost()).readUnits)
  }
  await cloud.advance('2 seconds')
  const before = await unitsOf()
  expect(before).toBeLessThanOrEqual(6)
  await fillFile(cloud.data, { tenant: 'main', id, entries: 10_000 })
  expect(await unitsOf()).toBe(before)
})
