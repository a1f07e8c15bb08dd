import { hiddenFields, mayDo, scopeFor } from '#core/access/grant.ts'
import type { OperationName } from '#core/access/operation.ts'
import { fileAbove, filedIn } from '#core/access/file-place.ts'
import { grantFor, mayReach, type Reached } from '#core/access/reach.ts'
import { matchedKinds } from '#core/sales/matches.ts'
import { isSearched } from '#core/query/find/token.ts'
import type { Company } from '#core/company/company.ts'
import { fieldsOf, type Item } from '#core/record/item.ts'
import type { Kind, Kinds } from '#core/record/kind.ts'
import type { Draw } from '../random.ts'
import { creations, moves, patches, type Sent } from './access-body.ts'

/* Of every route: what somebody asks of it, and what must come of it by the words of company/access.yaml. */

export type Which = 'own' | 'foreign' | 'random'
export const whiches: readonly Which[] = ['own', 'foreign', 'random']

/** Somebody who calls; what he is called tells of his role. */
export interface Tester {
  name: string
  person: string | undefined
  roles: readonly string[]
  program?: string
  scopes?: readonly string[]
}

/** `ok`: granted, so it is done, or the state of the record is in the way; `refused`: for whatever reason, but nothing happens. */
export type Expected = 'ok' | 403 | 404 | 'refused'

export interface Case {
  route: string
  tester: Tester
  path: string
  json?: unknown
  headers?: Record<string, string>
  expected: Expected
}
type Asked = Omit<Case, 'route' | 'tester'>

/** What is asked of a route, and what must come of it. */
export type Row = (tester: Tester, which: Which, draw: Draw) => Asked

/** What the pure part of the product says of testers and of the records that are there. */
export class Oracle {
  readonly company: Company
  readonly kinds: Kinds
  /** items of records, by id */
  readonly stored: ReadonlyMap<string, Item>
  /** by the tester's name and the plural; what is nobody's of them lies under `foreign`, and under `shared` when its maker shows it */
  readonly ids: ReadonlyMap<string, string>

  constructor({ company, kinds, stored, ids }: Pick<Oracle, 'company' | 'kinds' | 'stored' | 'ids'>) {
    this.company = company
    this.kinds = kinds
    this.stored = stored
    this.ids = ids
  }

  /** Where a record lies. */
  placeOf(id: string): Reached {
    const item = this.stored.get(id)!
    const record = fieldsOf(item)
    const above = fileAbove(this.kinds.get(item.kind)!, record)
    return above === undefined ? record : filedIn(record, fieldsOf(this.stored.get(above)!))
  }

  idOf(kind: Kind, { name }: Tester, which: Which, draw: Draw): string {
    if (which === 'random')
      return `${kind.prefix}_${draw.list(26, 26, () => draw.pick([...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'])).join('')}`
    const theirs = kind.sharedBy !== undefined && draw.chance(0.5) ? 'shared' : 'foreign'
    return this.ids.get(`${which === 'own' ? name : theirs} ${kind.plural}`)!
  }

  mayRead(tester: Tester, kind: Kind, id: string): boolean {
    const grant = grantFor(tester, kind, this.company)
    const asked = { worker: tester, grant, company: this.company }
    return mayReach(asked, { kind, operation: 'read' }, this.placeOf(id)).may
  }

  /** What is done with no record of a kind. */
  may(tester: Tester, operation: OperationName, scope?: string): boolean {
    if (tester.program === undefined) return mayDo(this.company, tester.roles, operation)
    return scope !== undefined && tester.scopes!.includes(scope)
  }

  expectedOf(
    kind: Kind,
    operation: string,
    tester: Tester,
    { sent, id }: { sent: Sent; id?: string },
  ): Expected {
    const grant = grantFor(tester, kind, this.company)
    if (scopeFor(grant, operation) === 'none') return 403
    const hidden = hiddenFields(this.company, kind, grant)
    if (sent.sets?.some((field) => hidden.has(field))) return 403
    if (id === undefined) return sent.breaks ? 'refused' : 'ok'
    if (sent.breaks) return 'refused'
    if (!this.stored.has(id)) return 404
    const asked = { worker: tester, grant, company: this.company }
    const place = this.placeOf(id)
    if (!mayReach(asked, { kind, operation: 'read' }, place).may) return 404
    return mayReach(asked, { kind, operation }, place).may ? 'ok' : 403
  }
}

const none: Sent = { json: undefined }

/** A route that reads one record, its history, or a list. */
const reading =
  (oracle: Oracle, kind: Kind, tail: string | undefined): Row =>
  (tester, which, draw) => {
    const id = tail === undefined ? undefined : oracle.idOf(kind, tester, which, draw)
    const expected = oracle.expectedOf(kind, 'read', tester, { sent: none, ...(id !== undefined && { id }) })
    return { path: id === undefined ? `/${kind.plural}?limit=100` : `/${kind.plural}/${id}${tail}`, expected }
  }

/** Where bytes are sent, which only whoever may make a file is told, or got; of files that are there for it. */
const addressing =
  (oracle: Oracle, kind: Kind, { what, operation }: { what: string; operation: string }): Row =>
  (tester, which, draw) => {
    const id = oracle.idOf({ ...kind, plural: what }, tester, which, draw)
    return {
      path: `/${kind.plural}/${id}/${what}`,
      expected: oracle.expectedOf(kind, operation, tester, { sent: none, id }),
    }
  }

const patching =
  (oracle: Oracle, kind: Kind): Row =>
  (tester, which, draw) => {
    const sent = draw.pick(patches[kind.plural]!)
    const id = oracle.idOf(kind, tester, which, draw)
    return {
      path: `/${kind.plural}/${id}`,
      json: sent.json,
      headers: { 'if-match': '*' },
      expected: oracle.expectedOf(kind, 'change', tester, { sent, id }),
    }
  }

const moving =
  (oracle: Oracle, kind: Kind): Row =>
  (tester, which, draw) => {
    const { name, json } = draw.pick(
      moves[kind.plural]!.filter(({ byPerson }) => !byPerson || tester.program === undefined),
    )
    const id = oracle.idOf(kind, tester, which, draw)
    return {
      path: `/${kind.plural}/${id}/${name}`,
      json,
      expected: oracle.expectedOf(kind, name, tester, { sent: none, id }),
    }
  }

/** Few keys, so that the table does not grow with the number of cases. */
const creating =
  (oracle: Oracle, kind: Kind): Row =>
  (tester, which, draw) => {
    const customerKind = oracle.kinds.get('customer')!
    const customerId = oracle.idOf(customerKind, tester, which, draw)
    const json = creations[kind.plural]!(customerId)
    const above = oracle.expectedOf(customerKind, 'read', tester, { sent: none, id: customerId })
    const isFiled = kind.filedUnder !== undefined
    const sent: Sent = { json, breaks: isFiled && above !== 'ok' }
    const key: Record<string, string> =
      which === 'random' ? {} : { 'idempotency-key': `${kind.name} ${which} ${draw.below(2)}` }
    return {
      path: `/${kind.plural}`,
      json,
      headers: isFiled ? key : { 'idempotency-key': 'one' },
      expected: oracle.expectedOf(kind, 'create', tester, { sent }),
    }
  }

/** What is told of a record: an activity, or a consent. */
const telling =
  (
    oracle: Oracle,
    kind: Kind,
    { tail, operation, good }: { tail: string; operation: string; good: (id: string) => object },
  ): Row =>
  (tester, which, draw) => {
    const id = oracle.idOf(kind, tester, which, draw)
    const isBroken = draw.chance(0.3)
    const json = isBroken ? { what: 'sing' } : good(id)
    return {
      path: `/${kind.plural}/${id}/${tail}`,
      json,
      headers: { 'idempotency-key': `${operation} ${id} ${isBroken}` },
      expected: oracle.expectedOf(kind, operation, tester, { sent: { json, breaks: isBroken }, id }),
    }
  }

/** A lead is converted into what is new, and asks for the right to make all three; or goes to a customer that there is. */
const converting =
  (oracle: Oracle): Row =>
  (tester, which, draw) => {
    const [lead, customer, contact, opportunity] = ['lead', 'customer', 'contact', 'opportunity'].map(
      (name) => oracle.kinds.get(name)!,
    ) as [Kind, Kind, Kind, Kind]
    const id = oracle.idOf(lead, tester, which, draw)
    const path = `/leads/${id}/convert`
    const mayMake = (kind: Kind, sets: readonly string[] = []): boolean =>
      oracle.expectedOf(kind, 'create', tester, { sent: { json: undefined, sets } }) === 'ok'
    const of = (json: object, sent: Sent, sets: readonly string[] = []): Asked => {
      const mayAll = mayMake(customer, sets) && mayMake(contact) && mayMake(opportunity)
      const expected = oracle.expectedOf(lead, 'convert', tester, { sent, id })
      return { path, json, expected: mayAll ? expected : 403 }
    }
    const taken = oracle.idOf(customer, tester, draw.pick(whiches), draw)
    const onTaken = oracle.expectedOf(customer, 'change', tester, { sent: none, id: taken })
    // What may succeed often enough that it does for each who may: a lead is converted once.
    if (draw.chance(0.5)) return of({}, none)
    return draw.pick<() => Asked>([
      () => of({ customer: { income: { minor: 100, currency: 'EUR' } } }, none, ['income']),
      () => of({ customer: { unheardOf: 1 } }, { json: undefined, breaks: true }),
      () => of({ customer: { id: taken } }, { json: undefined, breaks: onTaken !== 'ok' }),
    ])()
  }

/** Whose absences: one's own (a program has none), somebody else's, nobody's. */
const absences =
  (oracle: Oracle, method: 'GET' | 'POST' | 'DELETE'): Row =>
  (tester, which) => {
    const id = { own: tester.person ?? 'anna', foreign: 'olena', random: 'nobody-of-us' }[which]
    const scope = method === 'GET' ? 'absences:read' : 'absences:write'
    const isAllowed = tester.person === id || oracle.may(tester, 'plan-absences', scope)
    const isThere = which !== 'random' && method !== 'DELETE'
    const granted = isThere ? 'ok' : 404
    const expected = isAllowed ? granted : 403
    const path = `/people/${id}/absences`
    if (method === 'DELETE') return { path: `${path}/abs_00000000000000000000000000`, expected }
    if (method === 'GET') return { path, expected }
    const json = { from: '2027-03-10T00:00:00Z', until: '2027-03-11T00:00:00Z' }
    return { path, json, headers: { 'idempotency-key': `absence ${id}` }, expected }
  }

/** Kinds of which there are records to ask about. */
const recordKinds = 'customer contact ticket task meeting file opportunity lead alert view'.split(' ')

/** What is asked of each route that asks who calls. */
export const rowsOf = (oracle: Oracle): Record<string, Row> => {
  const kind = (name: string): Kind => oracle.kinds.get(name)!
  const readsAny = (tester: Tester, among: (each: Kind) => boolean): Expected => {
    const asked = [...oracle.kinds.values()].filter(among)
    return asked.some((each) => oracle.expectedOf(each, 'read', tester, { sent: none }) === 'ok') ? 'ok' : 403
  }
  const rows: Record<string, Row> = {
    'POST /leads': (tester) => ({
      path: '/leads',
      json: { name: 'Again', email: 'again@customer.example' },
      headers: { 'idempotency-key': 'lead' },
      expected: oracle.may(tester, 'post-leads', 'leads:write') ? 'ok' : 403,
    }),
    // Before it is converted, which closes it; and to whoever has it, because where records lay at first is what all are judged by.
    'POST /leads/{id}/give': telling(oracle, kind('lead'), {
      tail: 'give',
      operation: 'give',
      good: (id) => ({ to: (oracle.stored.has(id) && oracle.placeOf(id).ownerId) || 'olena' }),
    }),
    'POST /leads/{id}/convert': converting(oracle),
    'GET /work': (tester, which) => ({
      path: `/work?owner=olena&limit=100${which === 'own' ? '&fields=record&count=true' : ''}`,
      expected: readsAny(tester, ({ work }) => work !== undefined),
    }),
    // Names are everybody's who may come in; of a program's, who reads something.
    'GET /me': () => ({ path: '/me', expected: 'ok' }),
    'GET /people': ({ scopes }) => ({
      path: '/people',
      expected: !scopes || scopes.some((scope) => scope.endsWith(':read')) ? 'ok' : 403,
    }),
    'GET /find': (tester) => ({
      path: '/find?text=role&limit=50',
      expected: readsAny(tester, isSearched),
    }),
    'GET /leads/{id}/matches': (tester, which, draw) => {
      const { path, expected } = reading(oracle, kind('lead'), '/matches')(tester, which, draw)
      const finds = readsAny(tester, ({ name }) => matchedKinds.includes(name))
      return { path, expected: finds === 'ok' ? expected : finds }
    },
    'POST /find/rebuild': (tester) => ({
      path: '/find/rebuild',
      json: {},
      expected: oracle.may(tester, 'rebuild-find') ? 'ok' : 403,
    }),
    'GET /people/{id}/absences': absences(oracle, 'GET'),
    'POST /people/{id}/absences': absences(oracle, 'POST'),
    'DELETE /people/{id}/absences/{absenceId}': absences(oracle, 'DELETE'),
    'GET /quarantine': (tester) => ({
      path: '/quarantine',
      expected: oracle.may(tester, 'review-quarantine') ? 'ok' : 403,
    }),
    'POST /quarantine/{id}/restore': (tester) => ({
      path: `/quarantine/sub_00000000000000000000000000/restore`,
      json: {},
      expected: oracle.may(tester, 'review-quarantine') ? 404 : 403,
    }),
    'GET /keys': (tester) => ({ path: '/keys', expected: oracle.may(tester, 'manage-keys') ? 'ok' : 403 }),
    'POST /keys': (tester) => ({
      path: '/keys',
      json: { program: `of-${tester.name}`, scopes: ['leads:read'] },
      headers: { 'idempotency-key': 'key' },
      expected: oracle.may(tester, 'manage-keys') ? 'ok' : 403,
    }),
    'DELETE /keys/{id}': (tester) => ({
      path: '/keys/000000000000',
      expected: oracle.may(tester, 'manage-keys') ? 404 : 403,
    }),
    'GET /denials': (tester) => ({
      path: '/denials',
      expected: oracle.may(tester, 'read-denials') ? 'ok' : 403,
    }),
  }
  const activity = {
    tail: 'activities',
    operation: 'activity',
    good: () => ({ what: 'note', text: 'Seen.' }),
  }
  const given = { channel: 'email', purpose: 'marketing', state: 'given', source: 'form' }
  const consent = { tail: 'consents', operation: 'consent', good: () => given }
  for (const each of recordKinds.map(kind)) {
    const all = `/${each.plural}`
    rows[`GET ${all}`] = reading(oracle, each, undefined)
    rows[`GET ${all}/{id}`] = reading(oracle, each, '')
    rows[`GET ${all}/{id}/history`] = reading(oracle, each, '/history')
    if (each.work) rows[`GET ${all}/{id}/why`] = reading(oracle, each, '/why')
    if (!each.silent) rows[`GET ${all}/{id}/file`] = reading(oracle, each, '/file')
    if (!each.silent && each.name !== 'file')
      rows[`POST ${all}/{id}/activities`] = telling(oracle, each, activity)
    if (each.name === 'file') {
      rows[`GET ${all}/{id}/content`] = addressing(oracle, each, { what: 'content', operation: 'read' })
      rows[`GET ${all}/{id}/upload`] = addressing(oracle, each, { what: 'upload', operation: 'create' })
    }
    if (each.name === 'customer' || each.name === 'contact') {
      rows[`GET ${all}/{id}/consents`] = reading(oracle, each, '/consents')
      rows[`POST ${all}/{id}/consents`] = telling(oracle, each, consent)
    }
    if (creations[each.plural]) rows[`POST ${all}`] = creating(oracle, each)
    if (patches[each.plural]) rows[`PATCH ${all}/{id}`] = patching(oracle, each)
    if (moves[each.plural]) rows[`POST ${all}/{id}/{transition}`] = moving(oracle, each)
  }
  // An activity of a lead says who spoke with the customer.
  const onLead = rows['POST /leads/{id}/activities']!
  rows['POST /leads/{id}/activities'] = (tester, which, draw) => {
    const asked = onLead(tester, which, draw)
    return tester.program === undefined ? asked : { ...asked, expected: 403 }
  }
  return rows
}
