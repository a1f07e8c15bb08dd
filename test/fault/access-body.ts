import { exampleFile } from '../fixture/stored-file.ts'

/* What is sent to the routes of each kind, by its plural. */

/** What is sent; `breaks` is refused by whoever may do it, `sets` names fields. */
export interface Sent {
  json: unknown
  breaks?: boolean
  sets?: readonly string[]
}

/** Fields that are sent, by kind: values that are good, and what is wrong. */
export const patches: Record<string, Sent[]> = {
  customers: [
    { json: { city: 'Bremen' } },
    { json: { taxNumber: null }, sets: ['taxNumber'] },
    { json: { income: { minor: 100, currency: 'EUR' } }, sets: ['income'] },
    { json: { unheardOf: 1 }, breaks: true },
    { json: ['city'], breaks: true },
  ],
  contacts: [{ json: { position: 'buyer' } }, { json: { says: 'shouts' }, breaks: true }],
  tickets: [
    { json: { priority: 'high' } },
    { json: { minutes: 5 }, sets: ['minutes'] },
    { json: { status: 'closed' }, breaks: true },
  ],
  tasks: [{ json: { priority: 'high' } }, { json: { doneAt: '2027-03-01T09:00:00Z' }, breaks: true }],
  meetings: [{ json: { place: 'Room 4' } }, { json: { endsAt: '2027-01-01T09:00:00Z' }, breaks: true }],
  opportunities: [{ json: { competitor: 'Somebody' } }, { json: { stage: 'nowhere' }, breaks: true }],
  views: [
    { json: { name: 'Large ones' } },
    { json: { sort: '-name' } },
    // Never back: what others may read is judged by what was there at first.
    { json: { isShared: true } },
    { json: { listOf: 'nothing' }, breaks: true },
    { json: { filter: '{' }, breaks: true },
  ],
}

/** What is done with records; a program takes nothing. */
export const moves: Record<string, { name: string; json: object; byPerson?: true }[]> = {
  customers: [
    { name: 'win', json: {} },
    { name: 'lapse', json: {} },
  ],
  tickets: [
    { name: 'take', json: {}, byPerson: true },
    { name: 'start', json: {} },
    // Before the first answer is due.
    { name: 'plan', json: { nextAt: '2027-03-01T11:00:00Z' } },
    // Opened again it would be routed anew, to others.
    { name: 'solve', json: { solution: 'Done.' } },
  ],
  tasks: [
    { name: 'take', json: {}, byPerson: true },
    { name: 'finish', json: { outcome: 'Done.' } },
    { name: 'drop', json: {} },
    { name: 'reopen', json: {} },
  ],
  meetings: [
    { name: 'take', json: {}, byPerson: true },
    { name: 'cancel', json: {} },
    { name: 'miss', json: {} },
    { name: 'replan', json: { startsAt: '2027-05-01T09:00:00Z', endsAt: '2027-05-01T10:00:00Z' } },
  ],
  files: [{ name: 'remove', json: {} }],
  opportunities: [
    { name: 'take', json: {}, byPerson: true },
    { name: 'win', json: {} },
    { name: 'lose', json: { lossReason: 'price' } },
    { name: 'reopen', json: {} },
  ],
  alerts: [{ name: 'acknowledge', json: {} }],
  views: [
    { name: 'drop', json: {} },
    { name: 'restore', json: {} },
  ],
}

/** What is made: filed under a customer, about him, or of its own. */
export const creations: Record<string, (customerId: string) => object> = {
  customers: () => ({ name: 'New', type: 'person' }),
  contacts: (customerId) => ({ name: 'New', customerId }),
  tickets: (customerId) => ({ subject: 'New', channel: 'phone', customerId }),
  // A program is nobody who could have it.
  tasks: (aboutId) => ({
    title: 'New',
    type: 'call',
    aboutId,
    ownerId: 'olena',
    dueAt: '2027-05-01T09:00:00Z',
  }),
  meetings: (customerId) => ({
    title: 'New',
    type: 'online',
    customerId,
    ownerId: 'olena',
    startsAt: '2027-05-01T09:00:00Z',
    endsAt: '2027-05-01T10:00:00Z',
  }),
  files: (aboutId) => ({ aboutId, ...exampleFile }),
  opportunities: (customerId) => ({ name: 'New', customerId }),
  views: () => ({ name: 'New', listOf: 'customer' }),
}
