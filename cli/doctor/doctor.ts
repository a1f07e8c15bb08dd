import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { CommandFailed, type Options, type Terminal } from '../terminal.ts'
import { openAccount, NoAccess, type Account, type Reading } from './account.ts'
import { diagnose, type Finding, type Readings } from './diagnosis.ts'
import { leftovers, type Leftover } from './leftover.ts'

const stackNames = ['HoldfastData', 'HoldfastApi', 'HoldfastAutomation', 'HoldfastWorkflows']

/**
 * `holdfast doctor`: what the caller's AWS account carries, and what to do in which console; with `--url`, what an
 * instance on one machine is. Changes nothing, but for `--sweep`, which deletes the machines of removed workflows that
 * nobody waits for. Exit code 1 when somebody must act.
 */
export async function doctor(options: Options, terminal: Terminal): Promise<number> {
  if (options.url !== undefined) return local(options.url, terminal)
  try {
    return await examine(openAccount(options.region), options, terminal)
  } catch (error) {
    if (!(error instanceof NoAccess)) throw error
    throw new CommandFailed(
      `AWS does not let me in: ${error.message}\nGive the account by AWS_PROFILE, or sign in (aws sso login, aws configure), and a region by AWS_REGION or --region.`,
    )
  }
}

export async function examine(account: Account, options: Options, terminal: Terminal): Promise<number> {
  const who = await account.who()
  const findings = diagnose(await read(account, options.from ?? configured(terminal.directory)))
  const swept = await sweep(account, options.sweep === true, terminal.now)
  findings.push(...swept)
  if (options.json)
    terminal.out(`${JSON.stringify({ ...('value' in who && who.value), findings }, null, 2)}\n`)
  else {
    terminal.out(
      'value' in who
        ? `account ${who.value.account}, region ${who.value.region}\n\n`
        : `account unknown: ${who.missing}\n\n`,
    )
    for (const finding of findings) terminal.out(line(finding))
  }
  return findings.some(({ state }) => state === 'do') ? 1 : 0
}

async function read(account: Account, from: string | undefined): Promise<Readings> {
  const [stacks, lambda, mail, tableWrites, starts, transitions, events, signIns, sender] = await Promise.all(
    [
      Promise.all(stackNames.map((name) => account.stack(name))),
      account.lambda(),
      account.mail(),
      account.tableWrites(),
      account.quota('states', /StartExecution.*refill rate/i),
      account.quota('states', /State ?Transition.*refill rate/i),
      account.quota('events', /PutEvents throttle/i),
      account.quota('cognito-idp', /UserAuthentication requests/i),
      from === undefined ? undefined : verified(account, from),
    ],
  )
  return {
    stackNames,
    stacks,
    lambda,
    mail,
    tableWrites,
    starts,
    transitions,
    events,
    signIns,
    ...(from !== undefined && sender && { sender: { address: from, isVerified: sender } }),
  }
}

/** An address may be sent from when it or its domain is verified. */
async function verified(account: Account, address: string): Promise<Reading<boolean | undefined>> {
  const own = await account.isVerified(address)
  if ('value' in own && own.value) return own
  const domain = await account.isVerified(address.slice(address.lastIndexOf('@') + 1))
  return 'value' in domain && domain.value ? domain : own
}

async function sweep(account: Account, isAsked: boolean, now: number): Promise<Finding[]> {
  const found = await leftovers(account, now)
  const about = 'removed workflows'
  if ('missing' in found) return [{ state: 'unknown', about, text: `unknown: ${found.missing}.` }]
  const findings: Finding[] = []
  for (const machine of found.value) findings.push(await judged(account, machine, isAsked))
  return findings
}

async function judged(account: Account, machine: Leftover, isAsked: boolean): Promise<Finding> {
  const about = `removed workflow ${machine.workflow}`
  if (machine.stays !== undefined)
    return { state: 'good', about, text: `its machine ${machine.name} stays: ${machine.stays}.` }
  if (!isAsked)
    return {
      state: 'do',
      about,
      text: `nobody waits in its machine ${machine.name} any more.`,
      remedy: 'npx holdfast doctor --sweep deletes it.',
    }
  const deleted = await account.deleteMachine(machine.arn)
  return 'missing' in deleted
    ? { state: 'unknown', about, text: `its machine ${machine.name} is still there: ${deleted.missing}.` }
    : { state: 'good', about, text: `its machine ${machine.name} is deleted.` }
}

const health = z.object({ status: z.string(), clock: z.enum(['real', 'virtual']) })

/** An instance on one machine has no quotas; it says what it is. */
async function local(url: string, terminal: Terminal): Promise<number> {
  let answer: unknown
  try {
    answer = await (await fetch(new URL('/health', url))).json()
  } catch {
    throw new CommandFailed(`nothing that I know answers at ${url}/health`)
  }
  const known = health.safeParse(answer)
  if (!known.success)
    throw new CommandFailed(
      `${url} is no Holdfast on one machine. For a deployment on AWS leave out --url: the account is examined.`,
    )
  const { clock } = known.data
  terminal.out(
    `${url} is Holdfast on one machine, with the embedded cloud and a ${clock} clock.\n` +
      `AWS's quotas do not apply: it carries what the machine carries (npm run bench -- lead), and its e-mails stay in /inbox.\n`,
  )
  if (clock === 'virtual')
    terminal.out('Time stands still until somebody moves it: this is for trying, not for customers.\n')
  return 0
}

const context = z.object({ context: z.object({ mailFrom: z.string() }) })

/** The sender that cdk.json names; the one it ships with is nobody's. */
function configured(directory: string): string | undefined {
  try {
    const { mailFrom } = context.parse(JSON.parse(readFileSync(join(directory, 'cdk.json'), 'utf8'))).context
    return mailFrom.endsWith('@example.com') ? undefined : mailFrom
  } catch {
    return undefined
  }
}

const signs = { good: 'ok', do: 'DO', unknown: '??' }

const line = ({ state, about, text, remedy }: Finding): string =>
  `${signs[state]}  ${about}: ${text}\n${remedy === undefined ? '' : `      → ${remedy}\n`}`
