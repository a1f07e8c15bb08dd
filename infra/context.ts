/*
 * What whoever deploys may say, in cdk.json or by `-c name=value`.
 *
 * A flag that is not understood stops the synthesis: left out in silence it would deploy something else than was asked
 * for, and most of them would be refused by a service only in the middle of a deployment, or never.
 * The command line gives texts; cdk.json may hold numbers and truth values too.
 */

import { mailIdentities, type MailIdentity } from './mail-identity.ts'
import { Refusal } from './refusal.ts'

export interface DeploymentContext {
  /** whose records the deployment keeps: all keys begin with it, so it never changes */
  tenant?: string
  /** address that e-mails come from, and nothing but the address */
  mailFrom?: string
  /** what SES is to verify: that address, or its domain; or nothing, because the account has either already */
  mailIdentity?: MailIdentity
  /** where people find Holdfast, when that is an address of their own; without a slash at the end */
  publicUrl?: string
  /** who is told of alarms */
  alarmMail?: string
  /** the part before `.auth.<region>.amazoncognito.com` */
  signInDomain?: string
  /** whether a firewall stands in front of CloudFront */
  shield?: boolean
  /** whether what cannot be made again is protected against being deleted */
  protect?: boolean
  /** invocations kept free for each function that stores submissions */
  reserved?: number
  /** posts to forms that are taken a second, those of everybody together */
  formRate?: number
  /** twelve digits */
  account?: string
  region?: string
}

interface Flag {
  /** the value, or undefined when the text is none */
  read(text: string): string | number | boolean | undefined
  mend: string
}

const address: Flag = {
  // What SES takes as an address: ASCII, and no name before it. Source: SendEmail of SES's API reference.
  read: (text) =>
    /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i.test(
      text,
    )
      ? text
      : undefined,
  mend: 'write one e-mail address and nothing else, such as crm@northwind.example; a domain in other letters as xn--…',
}

const yesOrNo: Flag = {
  read: (text) => ({ true: true, false: false })[text],
  mend: 'write true or false',
}

const count = (example: number, of: string): Flag => ({
  read: (text) => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined),
  mend: `write a whole number${of}, such as ${example}`,
})

const flags: Record<keyof DeploymentContext, Flag> = {
  tenant: {
    read: (text) => (/^[a-z][a-z0-9-]{0,30}$/.test(text) ? text : undefined),
    mend: 'write up to 31 small letters, digits and hyphens, a letter first; it never changes, since all keys begin with it',
  },
  mailFrom: address,
  mailIdentity: {
    read: (text) => mailIdentities.find((name) => name === text),
    mend: `write one of ${mailIdentities.join(', ')}; existing when SES knows the address or its domain already`,
  },
  alarmMail: address,
  publicUrl: {
    read: (text) => {
      const url = URL.parse(text)
      const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
      return isWeb && !/[?#@\s]/.test(text) ? text.replace(/\/+$/, '') : undefined
    },
    mend: 'write an address that begins with https:// and has neither ? nor #, such as https://crm.northwind.example',
  },
  signInDomain: {
    // Source: DomainType of Cognito's API reference, and the words that CreateUserPoolDomain refuses.
    read: (text) =>
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) && !/aws|amazon|cognito/.test(text)
        ? text
        : undefined,
    mend:
      'write 1 to 63 small letters, digits and hyphens, none of the words aws, amazon and cognito; ' +
      'it is the part before .auth.<region>.amazoncognito.com',
  },
  shield: yesOrNo,
  protect: yesOrNo,
  reserved: count(20, ''),
  formRate: count(1000, ' of posts a second, from 1 to 99999'),
  account: {
    read: (text) => (/^\d{12}$/.test(text) ? text : undefined),
    mend: 'write the twelve digits of the account, in quotes if they stand in cdk.json',
  },
  region: {
    read: (text) => (/^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(text) ? text : undefined),
    mend: 'write the code of a region, such as eu-central-1',
  },
}

/**
 * The flags of a deployment among everything that the CDK keeps in its context. What is empty is left out.
 * Throws a Refusal with a line for each flag that is not understood, or that is one of these but for its writing.
 */
export function readContext(all: Readonly<Record<string, unknown>>): DeploymentContext {
  const read: Record<string, string | number | boolean> = {}
  const wrong: string[] = []
  for (const [name, value] of Object.entries(all)) {
    const flag = Object.hasOwn(flags, name) ? flags[name as keyof DeploymentContext] : undefined
    if (!flag) {
      const meant = Object.keys(flags).find((known) => plain(known) === plain(name))
      if (meant !== undefined) wrong.push(`-c ${name}: the name is written ${meant}`)
      continue
    }
    if (value === undefined || value === null || value === '') continue
    const understood = flag.read(textOf(value))
    if (understood === undefined) wrong.push(`-c ${name}=${textOf(value)}: ${flag.mend}`)
    else read[name] = understood
  }
  if (read.shield === true && read.region === undefined)
    wrong.push('-c shield=true: add -c region=…, such as eu-central-1, since its firewall lies in us-east-1')
  if (wrong.length > 0) throw new Refusal(wrong.join('\n'))
  return read
}

const plain = (name: string): string => name.replaceAll(/[-_\s]/g, '').toLowerCase()

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
