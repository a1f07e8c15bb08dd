/*
 * Of single routes: bodies as each wants them, from which the wrong ones are made, what records can be led through, and
 * queries that a route cannot do without.
 */

const time = (day: number) => `2027-03-${String(day).padStart(2, '0')}T09:00:00.000Z`

/** Fields of a body; one with several values is one of them. */
export type Fields = Record<string, readonly unknown[]>

const told: Fields = {
  what: ['call', 'sms', 'visit', 'page-view'],
  text: ['Spoke', 'Олена'],
  direction: ['in', 'out'],
  duration: [60],
  campaign: ['spring'],
  at: [time(1), '1984-05-01T10:00:00+02:00'],
}
const consented: Fields = {
  channel: ['email', 'sms'],
  purpose: ['marketing'],
  state: ['given', 'withdrawn'],
  source: ['form'],
  proof: ['Yes'],
}

export const examples: Record<string, Fields> = {
  'POST /leads': {
    name: ['Ann Smith', 'Олена'],
    email: ['ann@customer.example', 'b@customer.example'],
    phone: ['+49 30 901850'],
    message: ['Forty seats', 'x'.repeat(5_000)],
    country: ['DE', 'UA'],
    employees: [40],
    language: ['en', 'uk'],
    channel: ['phone'],
    formId: ['demo'],
  },
  'ANY /f/{formId}': {
    name: ['Ann Smith', 'Олена'],
    email: ['ann@customer.example', 'c@customer.example'],
    message: ['Forty seats'],
    employees: ['50-249', '12'],
    budget: ['1 000'],
    consent: ['on', 'no'],
    _key: ['k1', 'k2'],
    _shown: ['1', '1803891600000'],
    payload: ['{"name":"Inner"}'],
    utm_source: ['a'],
  },
  'POST /leads/{id}/activities': {
    what: ['call', 'note', 'take', 'close', 'reopen', 'email'],
    text: ['Spoke', 'Wants an offer'],
    outcome: ['reached', 'won'],
    direction: ['in', 'out'],
    duration: [60],
    at: [time(1)],
    nextAt: [time(9)],
    nextStep: ['Send the offer'],
  },
  'POST /leads/{id}/give': { to: ['anna', 'olena', 'unanswered'] },
  'POST /leads/{id}/convert': {
    customer: [{ city: 'Kyiv' }, { id: 'cus_1' }, { id: 'cus_0' }],
    contact: [false, { position: 'buyer' }, { id: 'con_1' }],
    opportunity: [false, { competitor: 'Somebody' }],
  },
  'POST /people/{id}/absences': {
    from: [time(2), time(3)],
    until: [time(4), time(5)],
    reason: ['holiday'],
    confirm: [true],
  },
  'POST /customers': { type: ['person', 'company'], name: ['Ann Smith', 'Олена'], city: ['Kyiv'] },
  'POST /contacts': { customerId: ['cus_1'], name: ['Ann Smith'], language: ['uk'] },
  'POST /tickets': { subject: ['No power'], channel: ['email'], customerId: ['cus_1'] },
  'POST /tasks': {
    title: ['Call', 'Олена'],
    type: ['call', 'check'],
    dueAt: [time(9)],
    aboutId: ['cus_1', 'con_1'],
    ownerId: ['anna', 'olena'],
  },
  'POST /meetings': {
    title: ['Demonstration'],
    type: ['online'],
    startsAt: [time(8), time(9)],
    endsAt: [time(10)],
    customerId: ['cus_1'],
    contactIds: [['con_1'], []],
    colleagueIds: [['anna']],
    place: ['Room 4'],
  },
  'POST /files': {
    aboutId: ['cus_1', 'con_1'],
    name: ['Offer.pdf', 'Знімок.jpg'],
    type: ['application/pdf', 'image/jpeg'],
    size: [48_213, 0],
    sha256: ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  },
  'POST /opportunities': {
    name: ['Forty scales'],
    customerId: ['cus_1', 'cus_2'],
    amount: [{ minor: 2_000_000, currency: 'EUR' }],
    stage: ['demo', 'proposal'],
    probability: [40],
    closeOn: ['2027-06-30'],
    ownerId: ['anna', 'olena'],
    nextStepBy: [time(9)],
  },
  'POST /views': {
    name: ['Large ones', 'Олена'],
    listOf: ['customer', 'lead'],
    filter: ['{"country":["UA"]}'],
    sort: ['-name'],
    isShared: [true, false],
  },
  'PATCH /customers/{id}': { city: ['Kyiv', null], industry: ['retail'] },
  'PATCH /contacts/{id}': { position: ['buyer', null], language: ['uk'] },
  'PATCH /tickets/{id}': { priority: ['high', null], product: ['monitoring'] },
  'PATCH /tasks/{id}': { priority: ['high', null], text: ['At noon'], dueAt: [time(9), time(10)] },
  'PATCH /meetings/{id}': { place: ['Room 4', null], link: ['https://meet.example'], endsAt: [time(21)] },
  'PATCH /opportunities/{id}': {
    competitor: ['Somebody', null],
    nextStep: ['Call'],
    nextStepBy: [time(9), time(10), null],
    stage: ['demo'],
  },
  'PATCH /views/{id}': { name: ['Small ones'], isShared: [true, false], sort: ['name', null] },
  'POST /find/rebuild': {},
  'POST /quarantine/{id}/restore': {},
  'POST /alerts/{id}/{transition}': {},
  'POST /customers/{id}/{transition}': {},
  'POST /tickets/{id}/{transition}': {},
  'POST /tasks/{id}/{transition}': { outcome: ['Done.'] },
  'POST /meetings/{id}/{transition}': { outcome: ['Ill.'] },
  'POST /files/{id}/{transition}': {},
  'POST /opportunities/{id}/{transition}': {
    lossReason: ['price', 'no-need'],
    competitor: ['Somebody'],
  },
  'POST /views/{id}/{transition}': {},
  'POST /customers/{id}/activities': told,
  'POST /contacts/{id}/activities': told,
  'POST /tickets/{id}/activities': told,
  'POST /tasks/{id}/activities': told,
  'POST /meetings/{id}/activities': told,
  'POST /opportunities/{id}/activities': told,
  'POST /customers/{id}/consents': consented,
  'POST /contacts/{id}/consents': consented,
  'POST /keys': {
    program: ['website', 'shop', 'till'],
    scopes: [['leads:write'], ['leads:read', 'leads:write']],
  },
}

/** So many fields of a body are always there, the first ones; of any other two. */
export const alwaysThere: Record<string, number> = {
  'POST /leads/{id}/convert': 0,
  'POST /tickets': 3,
  'POST /tasks': 3,
  'POST /meetings': 4,
  'POST /files': 4,
  'POST /customers/{id}/consents': 4,
  'POST /contacts/{id}/consents': 4,
  // Any other field is refused by most of what is done with these.
  'POST /tasks/{id}/{transition}': 0,
  'POST /meetings/{id}/{transition}': 0,
  'POST /opportunities/{id}/{transition}': 0,
}

/** What records of each kind can be led through, by their plural. */
export const transitions: Record<string, readonly string[]> = {
  alerts: ['acknowledge'],
  customers: ['win', 'lapse'],
  tickets: ['start', 'take', 'plan'],
  tasks: ['finish', 'drop', 'reopen', 'take'],
  meetings: ['cancel', 'miss', 'hold', 'take'],
  files: ['remove'],
  opportunities: ['win', 'lose', 'reopen', 'take'],
  views: ['drop', 'restore'],
}

/** What is asked of a route that chance alone would hardly ever say. */
export const queries: Record<string, readonly string[]> = {
  '/find': ['text=customer', 'text=4567', 'text=@customer.example', 'text=%D1%88%D0%B5%D0%B2&limit=1'],
  '/leads/{id}/why': ['lang=uk', 'lang=ru'],
  '/work': [
    'owner=anna',
    'owner=olena&kind=task',
    'owner=anna&fields=record&count=true',
    'queue=service&limit=1',
    'kind=lead',
  ],
}
