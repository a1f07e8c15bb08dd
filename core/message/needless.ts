import type { Lead } from '../kind/sales/lead.ts'
import type { LeadMessage, MessageData } from '../kind/system/message.ts'
import type { MessageDefinition } from './template/definition.ts'

/*
 * Whether a message about a lead still makes sense.
 *
 * A message is rendered from today's lead, so one that waited for days would tell old news as if they were new: "you
 * have a new lead" to somebody who has it no more, "nobody has answered" when somebody has. What has waited is sent only
 * while what it tells is still so. What is sent at once is judged as before: nobody is chased for an answered lead.
 */

interface Judged {
  message: LeadMessage
  data: MessageData
  lead: Lead
}

/** Nobody is to be told this any more. */
export const isNeedless = (
  message: LeadMessage,
  lead: Lead,
  { unlessAnswered }: Pick<MessageDefinition, 'unlessAnswered'>,
): boolean =>
  (unlessAnswered && isOver({ message, data: message.data, lead })) ||
  (message.hold !== undefined && isOutdated(message, lead))

/** What a message that has waited tells is not so any more. */
export function isOutdated(message: LeadMessage, lead: Lead): boolean {
  const judged: Judged = { message, data: message.data, lead }
  if (isMerge(judged)) return lead.status !== 'open' || !isNewsFor(judged)
  return isOver(judged) || !isHolder(judged) || isRaisedBeyond(judged)
}

const isOver = (judged: Judged): boolean => judged.lead.status !== 'open' || isAnswered(judged)

const isMerge = ({ data }: Judged): boolean => data.submissionId !== undefined

/** News of the customer stay news for whoever has the lead, answered or not. */
const isNewsFor = ({ lead, message, data }: Judged): boolean =>
  !lead.ownerId || lead.ownerId === (data.owner ?? message.to)

/** A higher level of the same promise has its own message. */
const isRaisedBeyond = ({ lead, data }: Judged): boolean => (lead.raised ?? 0) > (data.level ?? Infinity)

const isAnswered = ({ lead, message }: Judged): boolean =>
  lead.answeredAt !== undefined && lead.answeredAt > message.createdAt

/** The lead is still with whoever had it then: `owner` when that was not the reader, a queue, or the reader. */
function isHolder({ message, data, lead }: Judged): boolean {
  if (data.owner) return lead.ownerId === data.owner
  if (data.queue) return !lead.ownerId && lead.queueId === data.queue
  return lead.ownerId === message.to
}
