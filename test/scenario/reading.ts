import type { Item } from '#core/record/item.ts'
import type { Answer, Cloud } from '../cloud.ts'

/** How scenarios read what a person would see. */

/** No lead that nobody answers brings more e-mails, all levels and all people together. */
export const mostMails = 6

export const count = (
  items: readonly Item[],
  kind: string,
  where: (item: Item) => boolean = () => true,
): number => items.filter((item) => item.kind === kind && where(item)).length

export const nameOf = (lead: Item): string | undefined =>
  (lead.contact as { name?: string } | undefined)?.name

/** The submission's number in the address of the thank-you page. */
export function receiptOf(answer: Answer): string {
  const receipt = /sub_[0-9A-Z]+/.exec(decodeURIComponent(answer.headers.get('location') ?? ''))?.[0]
  if (!receipt)
    throw new Error(`no receipt in ${answer.status} ${answer.headers.get('location')} ${answer.text}`)
  return receipt
}

/** Every message about a lead by time; each must have been sent once, at the moment when it was decided. */
export async function timelineOf(cloud: Cloud, leadId: string) {
  const items = (await cloud.table.dump()).filter((item) => item.kind === 'message' && item.about === leadId)
  const mails = await cloud.mailsAbout(leadId)
  const decided = items.map((item) => item.createdAt as string).toSorted()
  const sent = mails.map((mail) => new Date(mail.at).toISOString()).toSorted()
  if (String(decided) !== String(sent))
    throw new Error(`decided at ${decided.join()}, sent at ${sent.join()}`)
  return items
    .map((item) => ({
      at: item.createdAt as string,
      template: item.template as string,
      to: item.to as string,
    }))
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
}

const order = ({ at, template, to }: { at: string; template: string; to: string }) =>
  `${at} ${template} ${to}`
