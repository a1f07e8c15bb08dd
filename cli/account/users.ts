import { planAccounts, type AccountStep } from '#core/access/account-plan.ts'
import { readCompanyFiles } from '../file.ts'
import { CommandFailed, UsageError, type Options, type Terminal } from '../terminal.ts'
import { originOf, signInOf } from './discovery.ts'
import { openUserPool } from './user-pool.ts'

/**
 * `holdfast users`: makes the accounts of the user pool those of company/people.yaml, with AWS credentials. Says what
 * it would do; does it with `--apply`. The exit code is 1 when something could not be done.
 */
export async function users(options: Options, terminal: Terminal): Promise<number> {
  const company = readCompanyFiles(terminal.directory)
  if (!company)
    throw new UsageError('there is no company/people.yaml here: run the command where company/ is')
  const { id, region } = await poolOf(options)
  const pool = openUserPool(id, region)
  const accounts = await pool.list().catch((error: unknown) => {
    throw new CommandFailed(`the accounts of ${id} cannot be read: ${reasonOf(error)}`)
  })
  const { steps, notes } = planAccounts(company.people, accounts)
  let failed = 0
  for (const step of steps) {
    const said = sentenceOf(step)
    const error = options.apply ? await pool.perform(step).then(noError, reasonOf) : undefined
    if (error !== undefined) failed++
    terminal.out(error === undefined ? `${said}\n` : `${said}: NOT DONE, ${error}\n`)
  }
  for (const note of notes) terminal.err(`note: ${note}\n`)
  if (!steps.length) terminal.err('The accounts are those of company/people.yaml.\n')
  else if (!options.apply) terminal.err('Nothing was changed; repeat with --apply.\n')
  return failed ? 1 : 0
}

const noError = (): undefined => undefined

/** The pool that is named, or the one that the instance at `--url` signs people in with. */
async function poolOf(options: Options): Promise<{ id: string; region: string }> {
  const parts = (id: string) => /^([a-z]{2}(?:-[a-z]+)+-\d+)_[0-9A-Za-z]+$/.exec(id)
  if (options.pool !== undefined) {
    const region = parts(options.pool)?.[1]
    if (region === undefined)
      throw new UsageError(`--pool ${options.pool}: write it as eu-central-1_Ab12Cd34E`)
    return { id: options.pool, region }
  }
  if (options.url === undefined)
    throw new UsageError('say where Holdfast runs: --url https://… or --pool eu-central-1_Ab12Cd34E')
  const { issuer } = await signInOf(originOf(options.url))
  const id = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([\w-]+)$/.exec(issuer)?.[1] ?? ''
  const region = parts(id)?.[1]
  if (region === undefined)
    throw new CommandFailed(
      `people sign in at ${issuer}, which is no Cognito user pool; on one machine the accounts are those of company/people.yaml by themselves`,
    )
  return { id, region }
}

function sentenceOf(step: AccountStep): string {
  if (step.do === 'create') return `create   ${step.username}  ${step.email} (is invited by e-mail)`
  if (step.do === 'disable') return `disable  ${step.username}, and sign out everywhere`
  const { email, person } = step
  const set = [...(email ? [`email ${email}`] : []), ...(person ? [`person ${person}`] : [])]
  return `change   ${step.username}: ${set.join(', ')}`
}

/** What AWS says, with what to do where it is plain. */
function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  if (name === 'CredentialsProviderError')
    return 'there are no AWS credentials; set AWS_PROFILE, or sign in with aws sso login'
  if (name === 'LimitExceededException')
    return `${message} (Cognito itself sends 50 e-mails a day; repeat tomorrow)`
  return `${name}: ${message}`
}
