import type { Lead } from '../kind/sales/lead.ts'
import type { LeadMessage, LeadTemplate, MessageData } from '../kind/system/message.ts'

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

/** Nobody is chased for a lead that was answered while the message was on its way. */
const chasing: readonly LeadTemplate[] = ['lead-reminder', 'lead-overdue', 'lead-raised']

/** What must still be so for a message that has waited; the lead is open in any case. */
const holds: Record<LeadTemplate, (judged: Judged) => boolean> = {
  'lead-assigned': (judged) => isHolder(judged) && !isAnswered(judged),
  'lead-reassigned': (judged) => isHolder(judged) && !isAnswered(judged),
  'lead-queued': (judged) => isHolder(judged) && !isAnswered(judged),
  'lead-reminder': (judged) => isHolder(judged),
  'lead-overdue': (judged) => isHolder(judged),
  // A higher level of the same promise has its own message.
  'lead-raised': (judged) => isHolder(judged) && (judged.lead.raised ?? 0) <= (judged.data.level ?? Infinity),
  // News of the customer stay news for whoever has the lead, answered or not.
  'lead-merged': ({ lead, message, data }) => !lead.ownerId || lead.ownerId === (data.owner ?? message.to),
}

/** Nobody is to be told this any more. */
export function isNeedless(message: LeadMessage, lead: Lead): boolean {
  const judged: Judged = { message, data: message.data, lead }
  if (chasing.includes(message.template) && (lead.status !== 'open' || isAnswered(judged))) return true
  return message.hold !== undefined && (lead.status !== 'open' || !holds[message.template](judged))
}

const isAnswered = ({ lead, message }: Judged): boolean =>
  lead.answeredAt !== undefined && lead.answeredAt > message.createdAt

/** The lead is still with whoever had it then: `owner` when that was not the reader, a queue, or the reader. */
function isHolder({ message, data, lead }: Judged): boolean {
  if (data.owner) return lead.ownerId === data.owner
  if (data.queue) return !lead.ownerId && lead.queueId === data.queue
  return lead.ownerId === message.to
}
