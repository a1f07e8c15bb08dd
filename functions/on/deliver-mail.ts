import * as z from 'zod/mini'
import { kinds } from 'holdfast:kinds'
import { letters } from 'holdfast:letters'
import { deliver, type Send } from '#core/message/delivery/deliver.ts'
import { onQueue } from '#functions/adapter/handler.ts'
import { openMailer } from '#functions/adapter/mail.ts'
import { press } from '#functions/adapter/press/letter.ts'
import { openMessages, openPublished } from '#functions/adapter/published.ts'
import { openTable } from '#functions/adapter/table.ts'

const messageRef = z.object({
  tenant: z.string(),
  pk: z.string(),
  sk: z.string(),
  number: z.optional(z.int().check(z.nonnegative())),
})
const openPublicUrl = (env: (name: string) => string): string => env('PUBLIC_URL').replace(/\/$/, '')

/** Sends the message to which an entry of the mail queue points. */
export const handler = onQueue(
  {
    store: openTable,
    published: openPublished,
    messages: openMessages,
    mailer: openMailer,
    publicUrl: openPublicUrl,
  },
  messageRef,
  async (ref, here) => {
    const { store, mailer, publicUrl, clock, log } = here
    const send: Send = async (mail, { id, subject, template }) =>
      mailer.send({ ...mail, tags: { message: id, [subject.kind]: subject.id, template } })
    const { company } = await here.published(ref.tenant)
    const messages = await here.messages(ref.tenant)
    const content = { company, messages, kinds, letters }
    const outcome = await deliver(ref, { ...content, store, publicUrl, send, press, now: clock.now() })
    if (outcome !== 'sent') log('warn', 'message not sent', { messageId: ref.sk, outcome })
  },
)
