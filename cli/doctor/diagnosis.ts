import type { MailState, Reading, StackState } from './account.ts'

/*
 * What an account carries, in words. Pure: readings in, findings out.
 */

export interface Finding {
  /** good: nothing to do. do: somebody must act. unknown: could not be read. */
  state: 'good' | 'do' | 'unknown'
  about: string
  text: string
  /** where, and what */
  remedy?: string
}

export interface Readings {
  stacks: Reading<StackState | 'absent'>[]
  /** in the order of `stacks` */
  stackNames: readonly string[]
  lambda: Reading<{ concurrent: number; unreserved: number }>
  mail: Reading<MailState>
  /** the address that e-mails come from, when it is known, and whether it or its domain is verified */
  sender?: { address: string; isVerified: Reading<boolean | undefined> }
  tableWrites: Reading<number>
  starts: Reading<number>
  transitions: Reading<number>
  events: Reading<number>
  signIns: Reading<number>
}

/**
 * What a lead with a message of 1,000 characters takes until its owner is told, rounded up: `npm run bench -- lead --cost`
 * counts it, and test/scenario/cost.test.ts holds it. How long an invocation takes is assumed.
 */
export const perLead = { invocations: 4, invocationSeconds: 0.1, writeUnits: 20, transitions: 2, events: 3 }
/** …and when nobody answers it. */
const unanswered = { mails: 6 }

/** Fewer than these and a campaign's first minute shows it. */
const wanted = { concurrent: 100, leadsPerSecond: 20 }

export function diagnose(readings: Readings): Finding[] {
  return [
    ...stackFindings(readings),
    lambdaFinding(readings.lambda),
    ...mailFindings(readings),
    rate('DynamoDB', readings.tableWrites, {
      unit: 'write units a second for a table',
      each: perLead.writeUnits,
      remedy: 'Service Quotas, Amazon DynamoDB: raise "Table-level write throughput limit".',
    }),
    rate('Step Functions, runs', readings.starts, {
      unit: 'runs begun a second',
      each: 1,
      remedy: 'Service Quotas, AWS Step Functions: raise "StartExecution throttle token refill rate".',
    }),
    rate('Step Functions, steps', readings.transitions, {
      unit: 'transitions a second',
      each: perLead.transitions,
      remedy:
        'Service Quotas, AWS Step Functions: raise "StateTransition throttle token refill rate". AWS raises it by itself as a new account is used; until then runs wait, and none is lost.',
    }),
    rate('EventBridge', readings.events, {
      unit: 'calls of PutEvents a second',
      each: perLead.events,
      remedy: 'Service Quotas, Amazon EventBridge: raise "PutEvents throttle limit".',
    }),
    signInFinding(readings.signIns),
  ]
}

function stackFindings({ stacks, stackNames }: Readings): Finding[] {
  return stacks.map((reading, i): Finding => {
    const about = `stack ${stackNames[i]}`
    if ('missing' in reading) return unknown(about, reading)
    if (reading.value === 'absent')
      return {
        state: 'do',
        about,
        text: 'is not there.',
        remedy: 'Deploy: npx cdk deploy --all; docs/deploy.md.',
      }
    const { status, isProtected } = reading.value
    if (/^ROLLBACK_|^CREATE_FAILED|^DELETE_FAILED/.test(status))
      return {
        state: 'do',
        about,
        text: `is stuck in ${status}: its creation has failed.`,
        remedy: 'docs/deploy.md, "The first time", has the commands that take it away.',
      }
    if (status.endsWith('_FAILED'))
      return {
        state: 'do',
        about,
        text: `is in ${status}.`,
        remedy:
          'CloudFormation console, the stack, Events: mend the cause, then Stack actions, Continue update rollback.',
      }
    if (status.endsWith('_IN_PROGRESS')) return { state: 'good', about, text: `is being changed: ${status}.` }
    if (!isProtected && /Data$|Api$/.test(stackNames[i] ?? ''))
      return {
        state: 'do',
        about,
        text: 'stands, but anybody may delete it by mistake.',
        remedy: 'Put "protect": "true" into the context of cdk.json and deploy once more.',
      }
    return { state: 'good', about, text: `stands (${status}).` }
  })
}

function lambdaFinding(reading: Readings['lambda']): Finding {
  const about = 'Lambda'
  if ('missing' in reading) return unknown(about, reading)
  const { concurrent, unreserved } = reading.value
  const leads = Math.floor(concurrent / (perLead.invocations * perLead.invocationSeconds))
  const text = `${number(concurrent)} invocations at a time in this region, ${number(unreserved)} not reserved: some ${number(leads)} leads a second.`
  if (concurrent >= wanted.concurrent) return { state: 'good', about, text }
  return {
    state: 'do',
    about,
    text: `${text} A burst gets 503 beyond that; what is stored waits and is not lost.`,
    remedy: 'Service Quotas, AWS Lambda, "Concurrent executions": ask for 1,000.',
  }
}

function mailFindings({ mail, sender }: Readings): Finding[] {
  const about = 'SES'
  const findings: Finding[] = []
  if ('missing' in mail) findings.push(unknown(about, mail))
  else {
    const { inSandbox, isEnabled, standing, perDay, perSecond, sentToday } = mail.value
    const leads = Math.floor(perDay / unanswered.mails)
    const rateText = `${number(perDay)} e-mails a day, ${number(perSecond)} a second, ${number(sentToday)} sent in the last 24 hours: ${number(perDay)} leads that are answered in time, or ${number(leads)} that nobody answers.`
    if (!isEnabled || standing === 'SHUTDOWN')
      findings.push({
        state: 'do',
        about,
        text: `Sending is paused (${standing}): no e-mail leaves; they wait.`,
        remedy: 'SES console, Account dashboard: it says why and how to ask for a review.',
      })
    else if (inSandbox)
      findings.push({
        state: 'do',
        about,
        text: `The account is in the sandbox: it sends only to verified addresses. ${rateText}`,
        remedy: 'SES console, Account dashboard, "Request production access".',
      })
    else findings.push({ state: 'good', about, text: rateText })
    if (standing === 'PROBATION')
      findings.push({
        state: 'do',
        about,
        text: 'SES reviews this account for bounces or complaints, and may pause it.',
        remedy: 'SES console, Reputation metrics.',
      })
  }
  if (sender) findings.push(senderFinding(sender))
  return findings
}

function senderFinding({ address, isVerified }: NonNullable<Readings['sender']>): Finding {
  const about = `sender ${address}`
  if ('missing' in isVerified) return unknown(about, isVerified)
  if (isVerified.value) return { state: 'good', about, text: 'is verified.' }
  return {
    state: 'do',
    about,
    text: isVerified.value === false ? 'is not verified yet: no e-mail leaves.' : 'is not known to SES.',
    remedy:
      isVerified.value === false
        ? 'Open the link in the e-mail that SES has sent there; SES console, Identities, sends it again.'
        : 'Deploy with -c mailFrom=<this address> (-c mailIdentity=domain for its whole domain), or SES console, Identities, "Create identity", and deploy with -c mailIdentity=existing.',
  }
}

function signInFinding(reading: Reading<number>): Finding {
  const about = 'Cognito'
  if ('missing' in reading) return unknown(about, reading)
  return { state: 'good', about, text: `${number(reading.value)} sign-ins a second.` }
}

function rate(
  about: string,
  reading: Reading<number>,
  { unit, each, remedy }: { unit: string; each: number; remedy: string },
): Finding {
  if ('missing' in reading) return unknown(about, reading)
  const leads = Math.floor(reading.value / each)
  const text = `${number(reading.value)} ${unit}: ${number(leads)} leads a second.`
  return leads >= wanted.leadsPerSecond
    ? { state: 'good', about, text }
    : { state: 'do', about, text, remedy }
}

const unknown = (about: string, { missing }: { missing: string }): Finding => ({
  state: 'unknown',
  about,
  text: `unknown: ${missing}.`,
})

const number = (value: number): string => value.toLocaleString('en')
