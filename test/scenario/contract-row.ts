import { alertKind, newAlert } from '#core/kind/system/alert.ts'
import { toItem } from '#core/record/item.ts'
import type { Cloud } from '../cloud.ts'
import { exampleFile } from '../fixture/stored-file.ts'

/* What is posted to each route that takes a post, and how what it is about is made. */

/** Where it is posted: known once the cloud is open. */
export interface World {
  cloud: Cloud
  /** one of the German team */
  customer: string
}

/** Somebody who may do everything. */
export const user = 'viktor'

export interface Repeated {
  /** makes what the post is about, and says to which address it goes */
  at: () => Promise<string>
  json: object | (() => object)
  other: object | (() => object)
  /** what only the first answer has */
  once?: string
}

const dueAt = '2027-05-01T09:00:00Z'
const meetingFields = { type: 'online', ownerId: 'lukas', startsAt: dueAt, endsAt: '2027-05-01T10:00:00Z' }

export const consents = {
  json: { channel: 'email', purpose: 'marketing', state: 'given', source: 'form' },
  other: { channel: 'email', purpose: 'marketing', state: 'withdrawn', source: 'form' },
}

/** How something of each kind is made, each answering its id. */
export function makersIn(world: World) {
  const post = (path: string, json: unknown, headers: Record<string, string> = {}, by = user) =>
    world.cloud.request(path, { json, user: by, headers })

  const leadOf = async (name: string, country = 'DE'): Promise<string> => {
    const { json } = await world.cloud.postForm({ name, email: `${name}@customer.example`, country })
    await world.cloud.settle()
    return json.leadId as string
  }
  const lampOf = async (more: object = {}): Promise<string> =>
    (await post('/lamps', { name: 'Lamp', watts: 5, ...more })).json.id as string
  /** Of the German team, with all that is filed under it. */
  const customerOf = async (): Promise<string> =>
    (await post('/customers', { name: 'Customer', type: 'company', teamId: 'sales-dach' })).json.id as string
  const contactOf = async (customerId: string): Promise<string> =>
    (await post('/contacts', { name: 'Contact', customerId })).json.id as string
  const ticketOf = async (customerId: string): Promise<string> =>
    (await post('/tickets', { subject: 'Ticket', channel: 'email', customerId })).json.id as string
  const taskOf = async (aboutId: string): Promise<string> =>
    (await post('/tasks', { title: 'Task', type: 'call', aboutId, ownerId: 'lukas', dueAt })).json
      .id as string
  const meetingOf = async (customerId: string): Promise<string> =>
    (await post('/meetings', { title: 'Meeting', customerId, ...meetingFields })).json.id as string
  const fileOf = async (aboutId: string): Promise<string> =>
    (await post('/files', { aboutId, ...exampleFile })).json.id as string
  const opportunityOf = async (customerId: string): Promise<string> =>
    (await post('/opportunities', { name: 'Deal', customerId, ownerId: 'anna' })).json.id as string
  const submissionOf = async (name: string): Promise<string> => {
    const robot = { name, email: `${name}@customer.example`, _website: 'https://spam.example' }
    return (await world.cloud.postForm(robot)).json.submissionId as string
  }
  const viewOf = async (): Promise<string> =>
    (await post('/views', { name: 'View', listOf: 'customer' })).json.id as string
  const alertOf = async (): Promise<string> => {
    const at = '2027-03-01T09:00:00.000Z'
    const made = newAlert({ tenant: 'main', cause: 'overdue.9', at, what: 'overdue', text: 'Look at it.' })
    await world.cloud.table.put(toItem(alertKind, made))
    return made.id
  }
  return {
    post,
    leadOf,
    lampOf,
    customerOf,
    contactOf,
    ticketOf,
    taskOf,
    meetingOf,
    fileOf,
    opportunityOf,
    submissionOf,
    viewOf,
    alertOf,
  }
}

/** What is told of a record; of each kind the same. */
const told = (plural: string, made: () => Promise<string>): Repeated[] => [
  {
    at: async () => `/${plural}/${await made()}/activities`,
    json: { what: 'call' },
    other: { what: 'note', text: 'Other.' },
  },
]

/** Of every route that takes a post: what is posted, and other content. */
export function postsOf(world: World, made: ReturnType<typeof makersIn>): Record<string, Repeated[]> {
  return {
    'ANY /f/{formId}': [{ at: async () => '/f/demo', json: { name: 'A' }, other: { name: 'B' } }],
    'POST /leads': [{ at: async () => '/leads', json: { name: 'A' }, other: { name: 'B' } }],
    'POST /leads/{id}/activities': [
      {
        at: async () => `/leads/${await made.leadOf('active')}/activities`,
        json: { what: 'call' },
        other: { what: 'note' },
      },
    ],
    'POST /leads/{id}/give': [
      {
        at: async () => `/leads/${await made.leadOf('active')}/give`,
        json: { to: 'jonas' },
        other: { to: 'selin' },
      },
    ],
    'POST /people/{id}/absences': [
      {
        at: async () => '/people/jonas/absences',
        json: { from: '2027-04-01T00:00:00Z', until: '2027-04-02T00:00:00Z' },
        other: { from: '2027-04-01T00:00:00Z', until: '2027-04-03T00:00:00Z' },
      },
    ],
    'POST /keys': [
      {
        at: async () => '/keys',
        json: { program: 'shop', scopes: ['leads:read'] },
        other: { program: 'shop', scopes: ['leads:write'] },
        once: 'key',
      },
    ],
    'POST /find/rebuild': [
      {
        at: async () => '/find/rebuild',
        json: {},
        other: { place: { since: '2027-03-01T09:00:00.000Z', swept: 'nothing' } },
      },
    ],
    'POST /quarantine/{id}/restore': [
      {
        at: async () => `/quarantine/${await made.submissionOf('robot')}/restore`,
        json: {},
        other: { why: 'x' },
      },
    ],
    'POST /alerts/{id}/{transition}': [
      { at: async () => `/alerts/${await made.alertOf()}/acknowledge`, json: {}, other: { why: 'x' } },
    ],
    'POST /customers': [
      {
        at: async () => '/customers',
        json: { name: 'A', type: 'person' },
        other: { name: 'B', type: 'person' },
      },
    ],
    'POST /customers/{id}/{transition}': [
      { at: async () => `/customers/${await made.customerOf()}/win`, json: {}, other: { why: 'x' } },
    ],
    'POST /contacts': [
      {
        at: async () => '/contacts',
        json: () => ({ name: 'A', customerId: world.customer }),
        other: () => ({ name: 'B', customerId: world.customer }),
      },
    ],
    'POST /tickets': [
      {
        at: async () => '/tickets',
        json: () => ({ subject: 'A', channel: 'email', customerId: world.customer }),
        other: () => ({ subject: 'B', channel: 'email', customerId: world.customer }),
      },
    ],
    'POST /tickets/{id}/{transition}': [
      {
        at: async () => `/tickets/${await made.ticketOf(world.customer)}/start`,
        json: {},
        other: { why: 'x' },
      },
      {
        at: async () => `/tickets/${await made.ticketOf(world.customer)}/solve`,
        json: { solution: 'Turn it on.' },
        other: { solution: 'Turn it off.' },
      },
      {
        at: async () => `/tickets/${await made.ticketOf(world.customer)}/give`,
        json: { to: 'lukas' },
        other: { to: 'hannah' },
      },
    ],
    'POST /customers/{id}/activities': told('customers', made.customerOf),
    'POST /contacts/{id}/activities': told('contacts', async () => made.contactOf(world.customer)),
    'POST /tickets/{id}/activities': told('tickets', async () => made.ticketOf(world.customer)),
    'POST /tasks/{id}/activities': told('tasks', async () => made.taskOf(world.customer)),
    'POST /meetings/{id}/activities': told('meetings', async () => made.meetingOf(world.customer)),
    'POST /opportunities/{id}/activities': told('opportunities', async () =>
      made.opportunityOf(world.customer),
    ),
    'POST /lamps/{id}/activities': told('lamps', made.lampOf),
    'POST /streets/{id}/activities': told(
      'streets',
      async () => (await made.post('/streets', { name: 'Street' })).json.id as string,
    ),
    'POST /customers/{id}/consents': [
      { at: async () => `/customers/${await made.customerOf()}/consents`, ...consents },
    ],
    'POST /contacts/{id}/consents': [
      { at: async () => `/contacts/${await made.contactOf(world.customer)}/consents`, ...consents },
    ],
    'POST /leads/{id}/convert': [
      {
        at: async () => `/leads/${await made.leadOf('converted')}/convert`,
        json: {},
        other: { opportunity: false },
      },
    ],
    'POST /tasks': [
      {
        at: async () => '/tasks',
        json: { title: 'A', type: 'call', dueAt },
        other: { title: 'B', type: 'call', dueAt },
      },
    ],
    'POST /tasks/{id}/{transition}': [
      {
        at: async () => `/tasks/${await made.taskOf(world.customer)}/finish`,
        json: {},
        other: { outcome: 'Done.' },
      },
    ],
    'POST /files': [
      {
        at: async () => '/files',
        json: () => ({ aboutId: world.customer, ...exampleFile }),
        other: () => ({ aboutId: world.customer, ...exampleFile, name: 'Other.pdf' }),
      },
    ],
    'POST /files/{id}/{transition}': [
      {
        at: async () => `/files/${await made.fileOf(world.customer)}/remove`,
        json: {},
        other: { why: 'x' },
      },
    ],
    'POST /meetings': [
      {
        at: async () => '/meetings',
        json: { title: 'A', ...meetingFields },
        other: { title: 'B', ...meetingFields },
      },
    ],
    'POST /meetings/{id}/{transition}': [
      {
        at: async () => `/meetings/${await made.meetingOf(world.customer)}/cancel`,
        json: {},
        other: { outcome: 'Ill.' },
      },
    ],
    'POST /opportunities': [
      {
        at: async () => '/opportunities',
        json: () => ({ name: 'A', customerId: world.customer }),
        other: () => ({ name: 'B', customerId: world.customer }),
      },
    ],
    'POST /opportunities/{id}/{transition}': [
      {
        at: async () => `/opportunities/${await made.opportunityOf(world.customer)}/lose`,
        json: { lossReason: 'price' },
        other: { lossReason: 'no-need' },
      },
      {
        at: async () => `/opportunities/${await made.opportunityOf(world.customer)}/give`,
        json: { to: 'jonas' },
        other: { to: 'selin' },
      },
    ],
    'POST /streets': [{ at: async () => '/streets', json: { name: 'A' }, other: { name: 'B' } }],
    'POST /lamps': [{ at: async () => '/lamps', json: { name: 'A' }, other: { name: 'B' } }],
    'POST /lamps/{id}/{transition}': [
      {
        at: async () => `/lamps/${await made.lampOf()}/break`,
        json: { defect: 'dark' },
        other: { defect: 'loud' },
      },
      {
        at: async () => {
          const id = await made.lampOf()
          await made.post(`/lamps/${id}/break`, { defect: 'dark' })
          return `/lamps/${id}/mend`
        },
        json: {},
        other: { why: 'x' },
      },
      { at: async () => `/lamps/${await made.lampOf()}/take`, json: {}, other: { to: 'anna' } },
      { at: async () => `/lamps/${await made.lampOf()}/give`, json: { to: 'lukas' }, other: { to: 'anna' } },
      {
        at: async () => {
          const id = await made.lampOf()
          await made.post(`/lamps/${id}/take`, {})
          return `/lamps/${id}/plan`
        },
        json: { nextAt: '2027-03-02T09:00:00Z' },
        other: { nextAt: '2027-03-03T09:00:00Z' },
      },
    ],
    'POST /views': [
      {
        at: async () => '/views',
        json: { name: 'A', listOf: 'customer' },
        other: { name: 'B', listOf: 'customer' },
      },
    ],
    'POST /views/{id}/{transition}': [
      { at: async () => `/views/${await made.viewOf()}/drop`, json: {}, other: { why: 'x' } },
    ],
  }
}
