import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CommandFailed, UsageError, type Options, type Terminal } from './terminal.ts'

/** The longest value of a standard parameter. */
const longest = 4096

/**
 * `holdfast secret set <name>`: gives a secret that a form names. It is read from standard input, because arguments are
 * seen by every user of a machine. Two lines are two secrets that both count, while one is being changed.
 */
export async function secret(args: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const [what, name, ...more] = args
  if (what !== 'set' || name === undefined || more.length > 0)
    throw new UsageError('write holdfast secret set <name>, and give the secret on standard input')
  if (!/^[a-z0-9][a-z0-9-]{0,59}$/.test(name))
    throw new UsageError(`"${name}": a secret is named in small letters, digits and -`)
  const value = ((await terminal.input?.()) ?? '').replaceAll('\r\n', '\n').trim()
  if (value === '') throw new UsageError('the secret is empty: give it on standard input')
  if (value.length > longest) throw new UsageError(`a secret has at most ${longest} characters`)
  if (options.aws) {
    const parameter = `/holdfast/${options.stack ?? 'HoldfastApi'}/secret/${name}`
    await putParameter(parameter, value, options.region)
    terminal.out(`${parameter} is set; it holds within a minute\n`)
    return 0
  }
  const folder = resolve(terminal.directory, options.data ?? '.holdfast')
  writeSecret(folder, name, value)
  terminal.out(`${name} is set in ${join(folder, 'secrets.json')}; it holds within a minute\n`)
  return 0
}

function writeSecret(folder: string, name: string, value: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'secrets.json')
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
  const written = `${file}.new`
  writeFileSync(written, `${JSON.stringify({ ...before, [name]: value }, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  })
  chmodSync(written, 0o600)
  renameSync(written, file)
}

async function putParameter(Name: string, Value: string, region: string | undefined): Promise<void> {
  // Only this way needs the AWS SDK, which takes a while to load.
  const { PutParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm')
  const client = new SSMClient(region === undefined ? {} : { region })
  try {
    await client.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }))
  } catch (error) {
    throw new CommandFailed(
      `AWS did not take the secret: ${error instanceof Error ? error.message : String(error)}; it needs the permission ssm:PutParameter on ${Name}`,
    )
  }
}
