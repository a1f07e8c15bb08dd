import type { Message, MessageData } from '../kind/system/message.ts'
import { isOpen } from '../record/place.ts'
import type { WorkKind, WorkRecord } from '../record/open-work.ts'
import type { MessageDefinition } from './template/definition.ts'

/*
 * Whether a message about a record still makes sense.
 *
 * A message is rendered from today's record, so one that waited for days would tell old news as if they were new: "you
 * have a new lead" to somebody who has it no more, "nobody has answered" when somebody has. What has waited is sent only
 * while what it tells is still so. What is sent at once is judged as before: nobody is chased for an answered lead.
 */

interface Judged {
  message: Message
  data: MessageData
  kind: WorkKind
  record: WorkRecord
}

type About = Pick<Judged, 'kind' | 'record'>

/** Nobody is to be told this any more. */
export const isNeedless = (
  message: Message,
  about: About,
  { unlessAnswered }: Pick<MessageDefinition, 'unlessAnswered'>,
): boolean =>
  (unlessAnswered && isOver({ message, data: message.data, ...about })) ||
  (message.hold !== undefined && isOutdated(message, about))

/** What a message that has waited tells is not so any more. */
export function isOutdated(message: Message, about: About): boolean {
  const judged: Judged = { message, data: message.data, ...about }
  if (isMerge(judged)) return !isOpen(about.kind, about.record) || !isNewsFor(judged)
  return isOver(judged) || !isHolder(judged) || isRaisedBeyond(judged)
}

const isOver = (judged: Judged): boolean => !isOpen(judged.kind, judged.record) || isAnswered(judged)

const isMerge = ({ data }: Judged): boolean => data.submissionId !== undefined

/** News of the customer stay news for whoever has it, answered or not. */
const isNewsFor = ({ record, message, data }: Judged): boolean =>
  !record.ownerId || record.ownerId === (data.owner ?? message.to)

/** A higher level of the same promise has its own message. */
const isRaisedBeyond = ({ record, data }: Judged): boolean => (record.raised ?? 0) > (data.level ?? Infinity)

/** A promise was kept since. */
const isAnswered = ({ kind, record, message }: Judged): boolean =>
  kind.work.promises.some(({ keptBy }) => {
    const at = record[keptBy]
    return typeof at === 'string' && at > message.createdAt
  })

/** It is still with whoever had it then: `owner` when that was not the reader, a queue, or the reader. */
function isHolder({ message, data, record }: Judged): boolean {
  if (data.owner) return record.ownerId === data.owner
  if (data.queue) return !record.ownerId && record.queueId === data.queue
  return record.ownerId === message.to
}
