import { fromItem, type Item, type Press } from '../record/item.ts'
import { entryKey, partsOf, section, type Key } from '../record/key.ts'
import { decisionKind, type DecisionRecord } from '../kind/system/decision.ts'
import { journalOf } from '../kind/system/journal.ts'
import { messageKind, type Message, type Notice } from '../kind/system/message.ts'
import { causeOfSegment, segmentKind, type Segment } from '../kind/system/segment.ts'

/*
 * What is to be told, as the item of the decision carries it that says so: references, and once what they share.
 */

type Data = NonNullable<Notice['data']>

/** Messages of one decision, as its item carries them; nothing where there are none. */
export interface Notices {
  messages?: Notice[]
  data?: Data
}

/** Nobody reads who has the record when it is himself. */
const isOwn = ({ to }: Notice, name: string, value: unknown): boolean => name === 'owner' && value === to

/** Takes out what all of them say. What it gives is what `dataOf` makes the whole of again. */
export function gather(notices: readonly Notice[]): Notices {
  if (!notices.length) return {}
  const all = Object.assign({}, ...notices.map((notice) => notice.data)) as Data
  const shared = Object.entries(all).filter(([name, value]) =>
    notices.every((notice) =>
      notice.data && Object.hasOwn(notice.data, name)
        ? isSame(notice.data[name], value)
        : isOwn(notice, name, value),
    ),
  )
  const names = new Set(shared.map(([name]) => name))
  const messages = notices.map(({ data, ...notice }): Notice => {
    const own = Object.entries(data ?? {}).filter(([name]) => !names.has(name))
    return { ...notice, ...(own.length && { data: Object.fromEntries(own) }) }
  })
  return { messages, ...(shared.length && { data: Object.fromEntries(shared) }) }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const dataOf = (notice: Notice, shared: Data | undefined): Data =>
  Object.fromEntries(
    Object.entries({ ...shared, ...notice.data }).filter(([name, value]) => !isOwn(notice, name, value)),
  )

interface Source {
  tenant: string
  subject: Message['subject']
  at: string
  cause: string
}

const pending = ({ cause, at, ...about }: Source, { messages = [], data }: Notices): Message[] =>
  messages.map((notice, i) => ({
    ...about,
    // It has no item yet.
    version: 0,
    id: `${cause}.${i}`,
    to: notice.to,
    template: notice.template,
    data: dataOf(notice, data),
    status: 'pending',
    createdAt: at,
  }))

function messagesOfSegment(segment: Segment, press: Press): Message[] {
  const { tenant, subject, at, messages } = segment
  if (!messages?.length) return []
  const { data } = journalOf(segment, press)
  return pending({ tenant, subject, at, cause: causeOfSegment(segment) }, { messages, ...(data && { data }) })
}

const messagesOfDecision = ({ tenant, subject, at, id, messages, data }: DecisionRecord): Message[] =>
  pending({ tenant, subject, at, cause: id }, { ...(messages && { messages }), ...(data && { data }) })

/** A message as the item of a segment or a decision says that it is to be told. */
export function messagesSaidBy(item: Item | undefined, press: Press): Message[] {
  if (item?.kind === segmentKind.kind) return messagesOfSegment(fromItem(segmentKind, item), press)
  return item?.kind === decisionKind.kind ? messagesOfDecision(fromItem(decisionKind, item)) : []
}

/** Every message of which some items tell: what became of it, or that nothing has yet; and always what it was made of. */
export function messagesIn(items: readonly Item[], press: Press): Message[] {
  const nameOf = ({ subject, id }: Message): string => `${subject.id} ${id}`
  const said = items.flatMap((item) => messagesSaidBy(item, press))
  const all = new Map(said.map((message) => [nameOf(message), message]))
  for (const item of items)
    if (item.kind === messageKind.kind) {
      const message = fromItem(messageKind, item)
      const name = nameOf(message)
      all.set(name, { ...message, data: { ...all.get(name)?.data, ...message.data } })
    }
  return [...all.values()]
}

/** Where what became of a message lies. */
export function messageKeyOf({ pk, sk }: Key, number: number): Key {
  const [digit, ...parts] = partsOf(sk)
  const [workflow = '', occurrence = '', segment] = parts
  const cause =
    digit === section.run
      ? causeOfSegment({ workflow, occurrence, segment: Number(segment) })
      : String(parts[0])
  return { pk, sk: entryKey('message', `${cause}.${number}`) }
}
