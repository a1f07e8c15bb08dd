/*
 * What becomes of an e-mail that SES did not take.
 *
 * Problem: the same error may be this mail's fault, the account's, or will pass by itself; taken for the wrong one, a
 * mail is lost for good or tried in vain. `MessageRejected` alone is all three, told apart by its text only.
 * Representation: one table, read from above; the first row that fits decides.
 * - never: every attempt of this very mail would be refused. It has failed, visibly.
 * - wait: something outside of the mail has to be put right, mostly by a person. It waits as long as that takes. What
 *   concerns one recipient alone (the sandbox) holds up nobody else's mail.
 * - retry: will pass by itself within minutes. The mail queue tries again.
 * Invariant: what no row knows waits and is shown; nothing is dropped because its text is new.
 *
 * Sources, named at each row:
 * [api] Amazon SES API Reference (2010-12-01), SendEmail, Errors
 * [common] Amazon SES API Reference, Common Errors (Common Error Types)
 * [guide] Amazon SES Developer Guide, Amazon SES email sending errors
 * [quota] Amazon SES Developer Guide, Errors related to the sending quotas for your Amazon SES account
 * [seen] texts that are not documented, as public reports of other projects quote them
 */

/** Of what a mail waits. One cause makes one alert. */
export interface WaitCause {
  /** `sender-not-verified`, `daily-quota`, … */
  code: string
  /** whom it holds up: everybody, or this mail's recipient alone */
  whose: 'account' | 'recipient'
  /** what has happened and what to do in which console, in English, without personal data */
  remedy: string
}

export type Verdict =
  | { then: 'never'; code: string }
  | { then: 'wait'; cause: WaitCause }
  | { then: 'retry'; throttled: boolean }

/** An error as a client of SES meets it. */
export interface Refused {
  /** the error's name; the SDK calls `ConfigurationSetDoesNotExist` `ConfigurationSetDoesNotExistException` */
  name: string
  text: string
  /** HTTP status of SES's answer; absent when there was none */
  status?: number | undefined
}

/** Who sends from where. */
export interface Sending {
  /** the bare address */
  from: string
  region: string
}

interface Row {
  name: RegExp
  text?: RegExp | ((text: string, sending: Sending) => boolean)
  then: 'never' | 'retry' | 'throttled' | Wait
}
interface Wait {
  code: string
  whose: WaitCause['whose']
  remedy: (sending: Sending) => string
}

const page = (region: string, name: string): string =>
  `https://${region}.console.aws.amazon.com/ses/home?region=${region}#/${name}`
const byItself = 'Nothing else is to be done: what waits is sent once SES takes it.'

const waitOfAccount = (code: string, remedy: Wait['remedy']): Wait => ({ code, whose: 'account', remedy })
const waitOfRecipient = (code: string, remedy: Wait['remedy']): Wait => ({
  code,
  whose: 'recipient',
  remedy,
})

const senderNotVerified = waitOfAccount(
  'sender-not-verified',
  ({ from, region }) =>
    `SES has not verified the sender ${from} in ${region}. SES console, Identities (${page(region, 'identities')}): open the link in the e-mail that SES sent to ${from} (select the identity, "Resend"), or finish the DNS records of its domain; if it is not listed, "Create identity". ${byItself}`,
)
const inSandbox = waitOfRecipient(
  'recipient-not-verified',
  ({ region }) =>
    `This account is in SES's sandbox in ${region}: it sends only to verified addresses. SES console, Account dashboard (${page(region, 'account')}), "Request production access". Until AWS grants it: Identities, "Create identity" for each recipient or their domain; they must open the link in SES's e-mail. ${byItself}`,
)
const pausedByAws = waitOfAccount(
  'account-paused',
  ({ region }) =>
    `AWS has paused sending of this account in ${region}. Read AWS's e-mail to the account's root address, and SES console, Account dashboard (${page(region, 'account')}): it says why and how to ask for a review. ${byItself}`,
)
const pausedByUs = waitOfAccount(
  'sending-paused',
  ({ region }) =>
    `Sending is switched off for this account in ${region}. Whoever did so switches it on: aws ses update-account-sending-enabled --enabled --region ${region}. ${byItself}`,
)
const setPaused = waitOfAccount(
  'configuration-set-paused',
  ({ region }) =>
    `Sending is switched off for Holdfast's configuration set in ${region}. SES console, Configuration sets (${page(region, 'configuration-sets')}): select it, "Enable sending". ${byItself}`,
)
const setMissing = waitOfAccount(
  'configuration-set-missing',
  ({ region }) =>
    `Holdfast's configuration set does not exist in ${region}: somebody deleted it. SES console, Configuration sets (${page(region, 'configuration-sets')}), "Create set", under the name in the variable CONFIGURATION_SET of the function that sends e-mails (OnDeliverMail). ${byItself}`,
)
const mailFromDomain = waitOfAccount(
  'mail-from-domain',
  ({ from, region }) =>
    `SES cannot read the MX record of the custom MAIL FROM domain of ${from}. SES console, Identities (${page(region, 'identities')}), the sender's identity, "Custom MAIL FROM domain": publish the records shown there, or choose the default domain. ${byItself}`,
)
const dailyQuota = waitOfAccount(
  'daily-quota',
  ({ region }) =>
    `The e-mails of 24 hours are used up in ${region}. They flow again as the 24 hours pass; for more: SES console, Account dashboard (${page(region, 'account')}), "Request production access", or Service Quotas, SES, "Sending quota". ${byItself}`,
)
const notPermitted = waitOfAccount(
  'not-permitted',
  ({ from, region }) =>
    `AWS does not let Holdfast send as ${from} in ${region}. Look for a policy that denies ses:SendEmail: the role of the function that sends e-mails, a service control policy, a sending authorization policy of the identity (SES console, Identities, ${page(region, 'identities')}); or whether the account is signed up for SES. ${byItself}`,
)
const credentials = waitOfAccount(
  'credentials',
  ({ region }) =>
    `AWS does not accept the credentials with which Holdfast sends e-mails in ${region}. IAM console, Roles: the role of the function that sends e-mails must exist; if it was made anew, deploy the stack HoldfastAutomation again. ${byItself}`,
)
const suppressed = waitOfRecipient(
  'recipient-suppressed',
  ({ region }) =>
    `SES does not send to this address any more, because mails to it bounced. SES console, Suppression list (${page(region, 'suppression-list')}): take it off once it works, or correct it in company/people.yaml and deploy. ${byItself}`,
)
const addressRefused = waitOfRecipient(
  'recipient-address',
  () =>
    `SES does not take the recipient's address for one (the part before the @ must be ASCII). Correct it in company/people.yaml and deploy. ${byItself}`,
)
/** What no row knows. */
const unknown = ({ name }: Refused): Wait =>
  waitOfAccount(
    `ses-${/^[A-Za-z0-9]{1,60}$/.test(name) ? name : 'error'}`,
    ({ from, region }) =>
      `SES refuses e-mails from ${from} in ${region} for a reason that Holdfast does not know (${name.slice(0, 60)}). The log of the function that sends e-mails names it; SES console, Account dashboard (${page(region, 'account')}), shows the state of the account. One e-mail is tried again each hour at least. ${byItself}`,
  )

/** Addresses that SES names as not verified; it ends with an ellipsis when it does not name them all. [guide] */
const isSenderNamed = (text: string, { from }: Sending): boolean => {
  const named: string[] = text.toLowerCase().match(/[^\s,;<>"()]+@[^\s,;<>"()]+/g) ?? []
  return named.length === 0 || named.includes(from.toLowerCase()) || /(\.\.\.|…)\s*$/.test(text)
}
/** A quota of 24 hours, under the same error as a rate of a second. */
export const dailyQuotaText = /daily (message|sending) quota exceeded/i
const notVerified = /^email address is not verified/i

export const rows: readonly Row[] = [
  // [guide] in the sandbox every recipient must be verified too; the text names whoever is not
  {
    name: /^MessageRejected$/,
    text: (text, sending) => notVerified.test(text) && isSenderNamed(text, sending),
    then: senderNotVerified,
  },
  { name: /^MessageRejected$/, text: notVerified, then: inSandbox },
  // [guide] "Account is paused"; [seen] "Sending paused for this account. For more information, please check the inbox …"
  {
    name: /^MessageRejected$/,
    text: /^(account is paused|sending (paused|suspended) for this account)/i,
    then: pausedByAws,
  },
  // [seen] "Address blacklisted"; SES's own suppression list answered so
  { name: /^MessageRejected$/, text: /blacklisted|suppression list/i, then: suppressed },
  // [seen] "Message length is more than the allowed 10485760 bytes", under either name
  {
    name: /^(MessageRejected|InvalidParameterValue)$/,
    text: /^message (length is more than|is too (long|large))/i,
    then: 'never',
  },
  // [guide] "There are non-ASCII characters in the email address"
  // [seen] "Illegal address", "Missing final '@domain'", "Missing domain", "Missing local name", "Domain contains illegal
  // character", "Domain ends with dot", "Local address contains control or whitespace" or "… illegal character"
  {
    name: /^(MessageRejected|InvalidParameterValue)$/,
    text: /^(illegal address|not a legal address|missing (final '@domain'|domain|local name)|domain (contains|starts|ends)|local address contains|there are non-ascii characters in the email address)/i,
    then: addressRefused,
  },
  // [api]
  { name: /^AccountSendingPaused$/, then: pausedByUs },
  { name: /^ConfigurationSetSendingPaused$/, then: setPaused },
  { name: /^ConfigurationSetDoesNotExist$/, then: setMissing },
  { name: /^MailFromDomainNotVerified$/, then: mailFromDomain },
  // [guide] the same without its name
  { name: /^MessageRejected$/, text: /^mail from domain is not verified/i, then: mailFromDomain },
  { name: /^MessageRejected$/, text: /^configuration set does not exist/i, then: setMissing },
  // [quota] "Daily message quota exceeded", "Maximum sending rate exceeded"
  {
    name: /^(DailyQuotaExceeded|Throttling|TooManyRequests|LimitExceeded)$/,
    text: dailyQuotaText,
    then: dailyQuota,
  },
  { name: /^(Throttling|RequestThrottled|TooManyRequests|LimitExceeded|SlowDown)$/, then: 'throttled' },
  // [common] permissions
  { name: /^(AccessDenied|NotAuthorized|UnauthorizedOperation|OptInRequired)$/, then: notPermitted },
  // [common] credentials
  {
    name: /^(IncompleteSignature|InvalidClientTokenId|MissingAuthenticationToken|SignatureDoesNotMatch|UnrecognizedClient|InvalidSignature|CredentialsProviderError)$/,
    then: credentials,
  },
  // [common] will pass: credentials of a function are renewed by themselves, clocks are set
  { name: /^(ExpiredToken|RequestExpired|RequestTimeTooSkewed|RequestAborted)$/, then: 'retry' },
  // [common] the service itself
  {
    name: /^(InternalFailure|InternalServerError|InternalError|ServiceUnavailable|Unavailable)$/,
    then: 'retry',
  },
  // [common] this request breaks a rule of SES's, whatever the account does
  {
    name: /^(ValidationError|Validation|MalformedQueryString|MalformedHttpRequest|InvalidParameterCombination|InvalidQueryParameter|MissingParameter|RequestEntityTooLarge)$/,
    then: 'never',
  },
]

/** Names of errors with which no answer came: Node's codes, and those of the SDK's HTTP handler. */
const network = /^(E[A-Z_]{3,}|TimeoutError|RequestTimeout|NetworkingError|AbortError)$/

/** Sorts what SES, or the way to it, has answered. */
export function sortRefusal(refused: Refused, sending: Sending): Verdict {
  const { text, status } = refused
  const name = refused.name.replace(/Exception$/, '')
  const row = rows.find(
    (candidate) =>
      candidate.name.test(name) &&
      (candidate.text === undefined ||
        (typeof candidate.text === 'function' ? candidate.text(text, sending) : candidate.text.test(text))),
  )
  const then = row?.then ?? (isPassing(name, status) ? 'retry' : unknown({ ...refused, name }))
  if (then === 'never') return { then, code: refused.name }
  if (then === 'retry' || then === 'throttled') return { then: 'retry', throttled: then === 'throttled' }
  return { then: 'wait', cause: { code: then.code, whose: then.whose, remedy: then.remedy(sending) } }
}

const isPassing = (name: string, status: number | undefined): boolean =>
  network.test(name) || status === 429 || (status !== undefined && status >= 500)
