import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import type { Door } from '#core/api/door.ts'
import type { Company } from '#core/company/company.ts'
import { consentsNow } from '#core/customer/consent.ts'
import { tellersOf } from '#core/customer/told.ts'
import { activityKind, activityTypes, type Conversion } from '#core/kind/customer/activity.ts'
import { consentKind, consentProofKind, consentProofs } from '#core/kind/customer/consent.ts'
import { milestoneKind } from '#core/kind/system/change.ts'
import { derivedAt } from '#core/project/derived.ts'
import { kindOfMilestone } from '#core/project/milestone.ts'
import { readFile } from '#core/project/read-file.ts'
import { kindOfLine, tellEntry, type Position } from '#core/project/timeline.ts'
import { readWhole } from '#core/record/elsewhere.ts'
import { Fault } from '#core/record/fault.ts'
import { fromItem, type Item, type Line } from '#core/record/item.ts'
import { canExist, idOfFile, recordKey } from '#core/record/key.ts'
import type { AnyRecord, Kind } from '#core/record/kind.ts'
import { lineView } from '#core/record/operation/line-view.ts'
import { viewOf } from '#core/record/operation/operation.ts'
import { readParameters } from '#core/record/operation/read.ts'
import { allOf, badToken, readRecord, type Store } from '#core/store/store.ts'
import {
  accessTo,
  kindAt,
  readableKinds,
  requireAny,
  requireRight,
  type Access,
  type ReadableKind,
} from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { withoutOthers } from '#functions/access/about.ts'
import { hiddenIn, placeOf, readableOf } from '#functions/access/filed.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { openPlace, sealPlace } from '#functions/adapter/http/cursor.ts'
import { answerJson, type HttpAnswer, type HttpRequest } from '#functions/adapter/http/http.ts'
import { paging } from '#functions/adapter/http/paging.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

export const door = {
  description: 'Shows the files of records: what is open in them, what happened, what was consented to',
  uses: { table: ['read', 'denials'] },
  kinds: 'file',
  routes: [
    {
      routes: ['GET /customers/{id}/consents', 'GET /contacts/{id}/consents'],
      words: {
        en: 'What somebody has consented to: what counts now, by channel and purpose, with all that was said before',
        uk: 'На що людина дала згоду: що діє зараз, за каналом і метою, з усім, що було раніше',
        ru: 'На что человек дал согласие: что действует сейчас, по каналу и цели, со всем, что было раньше',
      },
      calls: {
        'GET /customers/{id}/consents': {
          id: 'consentsOfCustomer',
          status: 200,
          answers: { consents: ['ConsentState'] },
        },
        'GET /contacts/{id}/consents': {
          id: 'consentsOfContact',
          status: 200,
          answers: { consents: ['ConsentState'] },
        },
      },
    },
  ],
} satisfies Door

const uses = { store: openTable, tenant: openTenant, published: openPublished, denials: openDenials }

const listOf = (names: readonly string[], what: string) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => text.split(',')),
    ),
    z.array(z.enum(names as [string, ...string[]], { error: `${what}: ${names.join(', ')}` })),
  )

const entryKinds = [activityKind.name, consentKind.name, milestoneKind.name, ...kinds.keys()]
const query = z.strictObject({
  kinds: z.optional(listOf(entryKinds, 'write some of these with commas between')),
  what: z.optional(listOf(activityTypes, 'write some of these with commas between')),
  ...paging.shape,
})
type Query = z.infer<typeof query>

interface Asked {
  kind: Kind
  tenant: string
  id: string
  request: HttpRequest
  access: Access
  /** the kinds of which the caller may read records */
  readable: ReadonlyMap<string, ReadableKind>
  company: Company
  /** milliseconds */
  now: number
}

/**
 * GET /{kinds}/{id}/file: the record with what is derived, what is open, and what happened, newest first; a further page
 * only goes on with what happened. GET …/consents: what somebody has consented to. What of it the caller may not read is
 * left out.
 */
export const handler = onHttp(uses, async (request, { store, tenant, clock, ...here }) => {
  const { company } = await here.published(tenant)
  const kind = kindAt(kinds, request.path)
  const access = accessTo(request, kind, company)
  requireAny(access, kind, 'read')
  const { id = '' } = request.params
  const readable = readableKinds(request, [...kinds.values()], company).kinds
  const asked = { kind, tenant, id, request, access, readable, company, now: clock.now() }
  return request.path.endsWith('/consents') ? consents(store, asked) : file(store, asked)
})

async function file(store: Store, asked: Asked): Promise<HttpAnswer> {
  const { kind, tenant, id, request, access, readable, now } = asked
  const { limit, after, ...filter } = readParameters(query, request.query)
  const isVisible = visibleTo(asked)
  const keep = (item: Item, record: AnyRecord): boolean => isWanted(item, filter) && isVisible(item, record)
  const files = { store, kinds, tenant }
  const others = async (ids: readonly string[]): Promise<string[]> =>
    (await readableOf(ids, readable, files)).map(({ record: { id } }) => id)
  const keepsFew = filter.kinds !== undefined || filter.what !== undefined
  const list = { store, tenant, request }
  const place = after === undefined ? undefined : positionOf(await openPlace(after, list))
  const read = canExist(recordKey(tenant, id))
    ? await readFile(store, kind, { tenant, id, limit, after: place, keep, keepsFew, others })
    : undefined
  if (!read) throw unknown(kind)
  const { record: stored, entries, standing } = read
  const lies = await placeOf(access, kind, stored, files)
  requireRight(access, kind, 'read', lies)
  const tellers = tellersOf(asked.company, kinds)
  const seen = seenBy(asked)
  const told = (items: readonly Item[]) =>
    items.flatMap((item) => tellEntry(seen(item), kinds, tellers) ?? [])
  const timeline = told(
    await withoutOthers(entries, [...standing, ...entries], { place: lies, readable, files }),
  )
  const next = read.next && { next: await sealPlace(tokenOf(read.next), list) }
  if (place) return answerJson(200, { timeline, ...next })
  const [record = stored] = await readWhole(store, kind, [stored], press)
  return answerJson(200, {
    [kind.name]: viewOf(kind, { ...record, ...derivedAt(kind, read.derived, now) }, access.hidden),
    open: told(standing.filter((item) => isVisible(item, stored))),
    ...(read.isStandingCut && { isOpenCut: true }),
    timeline,
    ...next,
  })
}

/** `what` says which activities; of other kinds there are those that `kinds` names. */
function isWanted(item: Item, { kinds: names, what }: Pick<Query, 'kinds' | 'what'>): boolean {
  const name = kindOfLine(kinds, item)?.name ?? item.kind
  if (names ? !names.includes(name) : what !== undefined && name !== activityKind.name) return false
  return what === undefined || name !== activityKind.name || what.includes(String(item.what))
}

/**
 * Of the lines of records those that the caller may read, where they lie; of milestones those of records whose status he may
 * read; of all else what is told at all.
 */
function visibleTo({ readable, company }: Asked): (item: Item, record: AnyRecord) => boolean {
  const others = new Set(tellersOf(company, kinds).map(({ kind }) => kind))
  return (item, record) => {
    const reaching = kindOfMilestone(kinds, item)
    if (reaching) return readable.get(reaching.name)?.access.hidden.has('status') === false
    const kind = kindOfLine(kinds, item)
    if (!kind) return others.has(item.kind) && !isToldTwice(item, record)
    const hiddenOf = hiddenIn(record, readable)
    return hiddenOf(kind, { id: item.id, ...((item.line ?? {}) as Line) }) !== undefined
  }
}

/** What a lead became stands in its own file too, which is a part of that of its customer. */
const isToldTwice = (item: Item, { id }: AnyRecord): boolean =>
  idOfFile(item.pk) !== id && (item.became as Conversion | undefined)?.customerId === id

/** Lines without the fields that are above the caller's level. */
function seenBy({ readable }: Asked): (item: Item) => Item {
  return (item) => {
    const kind = kindOfLine(kinds, item)
    const hidden = kind && readable.get(kind.name)?.access.hidden
    if (!kind || !hidden?.size) return item
    return { ...item, line: lineView(kind, (item.line ?? {}) as Line, hidden) }
  }
}

async function consents(store: Store, { kind, tenant, id, access }: Asked): Promise<HttpAnswer> {
  const record = await readRecord(store, kind, { tenant, id })
  if (!record) throw unknown(kind)
  requireRight(access, kind, 'read', await placeOf(access, kind, record, { store, kinds, tenant }))
  const { pk, prefix } = consentProofs(tenant, id)
  const items = await allOf(async (page) => store.query(pk, { ...page, prefix }))
  return answerJson(200, { consents: consentsNow(items.map((item) => fromItem(consentProofKind, item))) })
}

const unknown = ({ name }: Kind): Fault => new Fault('record.unknown', `there is no such ${name}`)

const tokenOf = ({ sk, file }: Position): string => JSON.stringify([sk, file])

const position = z.tuple([z.string().check(z.regex(/^6#./s)), z.string().check(z.minLength(1))])

/** Throws Fault `input.invalid` for what is not the `next` of a page. */
function positionOf(place: string): Position {
  try {
    const [sk, file] = z.parse(position, JSON.parse(place))
    if (canExist({ pk: file, sk })) return { sk, file }
  } catch (cause) {
    throw badToken(cause)
  }
  throw badToken()
}
