/* Amazon SES (version 1): the form-encoded Query protocol with XML answers, as client-ses speaks it. */
import { randomUUID } from 'node:crypto'
import { parseMime } from './mime.ts'
import type { MailStore, NewMail } from './store.ts'

export interface SesOptions {
  store: MailStore
  /** Addresses and domains of the template; without any the sender is one that the account has already. */
  identities: string[]
  configurationSets: string[]
  region: string
  sent: () => void
}

export interface XmlAnswer {
  status: number
  body: string
}

class SesFault extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** SES's limits. */
const mostRecipients = 50
const largestMessage = 10 * 1024 * 1024

/** Answers one call; `body` is the form. */
export async function handleSes(options: SesOptions, body: string): Promise<XmlAnswer> {
  const form = new URLSearchParams(body)
  const action = form.get('Action') ?? ''
  try {
    if (body.length > largestMessage * 1.4)
      throw new SesFault('MessageRejected', 'Message length is more than 10485760 bytes long')
    if (action === 'SendEmail') return await send(options, action, readForm(form), form)
    if (action === 'SendRawEmail') return await send(options, action, readRaw(form), form)
    if (action === 'GetSendQuota')
      return result(
        action,
        '<Max24HourSend>50000</Max24HourSend><MaxSendRate>14</MaxSendRate><SentLast24Hours>0</SentLast24Hours>',
      )
    throw new SesFault(
      'InvalidAction',
      `${action} is not modelled; SendEmail, SendRawEmail and GetSendQuota are`,
    )
  } catch (error) {
    if (!(error instanceof SesFault)) throw error
    return {
      status: error.status,
      body:
        `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${error.code}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    }
  }
}

async function send(
  options: SesOptions,
  action: string,
  mail: NewMail,
  form: URLSearchParams,
): Promise<XmlAnswer> {
  const recipients = [...mail.to, ...mail.cc, ...mail.bcc]
  if (recipients.length === 0) throw new SesFault('InvalidParameterValue', 'Missing required header To.')
  if (recipients.length > mostRecipients)
    throw new SesFault('InvalidParameterValue', `Recipient count exceeds ${mostRecipients}.`)
  for (const address of [mail.from, ...recipients, ...mail.replyTo]) checkAddress(address)
  if (/[\r\n]/.test(mail.subject))
    throw new SesFault('InvalidParameterValue', 'Header value contains a line break.')
  for (const [name, value] of Object.entries(mail.tags))
    if (!/^[\w-]{1,256}$/.test(name) || !/^[\w-]{1,256}$/.test(value))
      throw new SesFault(
        'InvalidParameterValue',
        `Invalid tag ${name}: only letters, digits, _ and - are allowed.`,
      )
  const set = form.get('ConfigurationSetName')
  if (set && !options.configurationSets.includes(set))
    throw new SesFault('ConfigurationSetDoesNotExist', `Configuration set <${set}> does not exist.`)
  await checkAccount(options, mail.from, recipients)
  const id = await options.store.add(mail)
  options.sent()
  return result(action, `<MessageId>${id}</MessageId>`)
}

/** What the account may not do, in SES's words. Throws SesFault. */
async function checkAccount(
  { store, identities, region }: SesOptions,
  from: string,
  recipients: string[],
): Promise<void> {
  const { sandbox, verified = [], unverified = [], paused, quota, throttle, refuse } = store.account()
  if (refuse) throw new SesFault(refuse.code, refuse.message, refuse.status)
  if (throttle) {
    await store.setAccount({ throttle: throttle - 1 })
    throw new SesFault('Throttling', 'Maximum sending rate exceeded.')
  }
  if (paused === 'account')
    throw new SesFault('AccountSendingPausedException', 'Email sending is disabled for this account.')
  if (paused === 'set')
    throw new SesFault(
      'ConfigurationSetSendingPausedException',
      'Email sending is disabled for this configuration set.',
    )
  const known = [...identities.filter((identity) => !unverified.includes(identity)), ...verified]
  const senders = identities.length > 0 ? [from] : []
  const failed = [...senders, ...(sandbox ? recipients : [])].filter(
    (address) => !isVerified(plainAddress(address), known),
  )
  if (failed.length > 0)
    throw new SesFault(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${failed.join(', ')}`,
    )
  if (paused === 'aws')
    throw new SesFault(
      'MessageRejected',
      'Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.',
    )
  if (quota === 0) throw new SesFault('Throttling', 'Daily message quota exceeded.')
  if (quota) await store.setAccount({ quota: quota - 1 })
}

function readForm(form: URLSearchParams): NewMail {
  const text = form.get('Message.Body.Text.Data') ?? undefined
  const html = form.get('Message.Body.Html.Data') ?? undefined
  const subject = form.get('Message.Subject.Data')
  if (subject === null)
    throw new SesFault(
      'ValidationError',
      "Value null at 'message.subject' failed to satisfy constraint: Member must not be null",
    )
  if (text === undefined && html === undefined)
    throw new SesFault(
      'ValidationError',
      "Value null at 'message.body' failed to satisfy constraint: Member must not be null",
    )
  return {
    from: form.get('Source') ?? '',
    to: members(form, 'Destination.ToAddresses'),
    cc: members(form, 'Destination.CcAddresses'),
    bcc: members(form, 'Destination.BccAddresses'),
    replyTo: members(form, 'ReplyToAddresses'),
    subject,
    text,
    html,
    headers: {},
    tags: tags(form),
  }
}

function readRaw(form: URLSearchParams): NewMail {
  const { headers, text, html } = parseMime(Buffer.from(form.get('RawMessage.Data') ?? '', 'base64'))
  const { from = '', to = '', cc = '', bcc = '', subject = '', 'reply-to': replyTo = '', ...others } = headers
  const envelope = members(form, 'Destinations')
  const named = [...addresses(to), ...addresses(cc)]
  return {
    from: form.get('Source') ?? from,
    to: to ? addresses(to) : envelope,
    cc: addresses(cc),
    // Who is only in the envelope gets a blind copy.
    bcc: [
      ...addresses(bcc),
      ...(to ? envelope.filter((entry) => !named.some((name) => name.includes(entry))) : []),
    ],
    replyTo: addresses(replyTo),
    subject,
    text,
    html,
    headers: others,
    tags: tags(form),
  }
}

function members(form: URLSearchParams, name: string): string[] {
  const found: string[] = []
  for (let index = 1; form.has(`${name}.member.${index}`); index++)
    found.push(form.get(`${name}.member.${index}`)!)
  return found
}

function tags(form: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {}
  for (let index = 1; form.has(`Tags.member.${index}.Name`); index++)
    found[form.get(`Tags.member.${index}.Name`)!] = form.get(`Tags.member.${index}.Value`) ?? ''
  return found
}

/** Splits a header at the commas that are not within quotes. */
function addresses(header: string): string[] {
  const found = header.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []
  return found.map((entry) => entry.trim()).filter(Boolean)
}

function plainAddress(address: string): string {
  return (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim()
}

function checkAddress(address: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(address))
    throw new SesFault('InvalidParameterValue', 'Address contains control characters.')
  const plain = plainAddress(address)
  const [local, domain, ...more] = plain.split('@')
  if (!local || !domain || more.length > 0 || /\s/.test(plain))
    throw new SesFault('InvalidParameterValue', `Illegal address: ${plain}`)
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(domain))
    throw new SesFault('InvalidParameterValue', 'Domain contains illegal character')
  // SES takes no internationalized local part; the name before the address may be anything.
  if (!/^[\x21-\x7e]+$/.test(local))
    throw new SesFault('InvalidParameterValue', 'Local address contains control or whitespace')
}

/** A verified domain covers its subdomains. */
function isVerified(address: string, identities: string[]): boolean {
  const lower = address.toLowerCase()
  const domain = lower.split('@')[1] ?? ''
  return identities.some((entry) => {
    const identity = entry.toLowerCase()
    return identity.includes('@')
      ? identity === lower
      : domain === identity || domain.endsWith(`.${identity}`)
  })
}

function result(action: string, inner: string): XmlAnswer {
  return {
    status: 200,
    body:
      `<${action}Response xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><${action}Result>${inner}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
