import * as z from 'zod/mini'
import { messages, published } from 'holdfast:published'
import { deliver, type Send } from '#core/message/delivery/deliver.ts'
import { onQueue } from '#functions/adapter/handler.ts'
import { openMailer } from '#functions/adapter/mail.ts'
import { press } from '#functions/adapter/press/letter.ts'
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
  { store: openTable, mailer: openMailer, publicUrl: openPublicUrl },
  messageRef,
  async (ref, { store, mailer, publicUrl, clock, log }) => {
    const send: Send = async (mail, { id, subject, template }) =>
      mailer.send({ ...mail, tags: { message: id, [subject.kind]: subject.id, template } })
    const { company } = published
    const outcome = await deliver(ref, { store, company, messages, publicUrl, send, press, now: clock.now() })
    if (outcome !== 'sent') log('warn', 'message not sent', { messageId: ref.sk, outcome })
  },
)
