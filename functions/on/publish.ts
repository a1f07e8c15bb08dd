import { kinds } from 'holdfast:kinds'
import { announcementOf } from '#core/message/announce.ts'
import { openBus } from '#functions/adapter/bus.ts'
import { onStream } from '#functions/adapter/handler.ts'
import { openQueue } from '#functions/adapter/queue.ts'

/** Turns changes of the table into domain events on the bus, and what is to be told into entries of the mail queue. */
export const handler = onStream(
  { bus: openBus, mail: openQueue('MAIL_QUEUE_URL') },
  async (changes, { bus, mail }) => {
    const told = changes.map(({ before, after, sequence }) => ({
      sequence,
      ...announcementOf(kinds, before, after),
    }))
    const events = told.flatMap(({ event, sequence }) => (event ? [{ event, sequence }] : []))
    const messages = told.flatMap(({ messages: all = [], sequence }) =>
      all.map((message) => ({ message, sequence })),
    )
    const [lostEvents, lostMessages] = await Promise.all([
      bus.publish(events.map(({ event }) => event)),
      mail.send(messages.map(({ message }) => message)),
    ])
    return [
      ...lostEvents.map((place) => events[place]!.sequence),
      ...lostMessages.map((place) => messages[place]!.sequence),
    ]
  },
)
