import { parseArgs } from 'node:util'
import { SourceError } from '#core/source/source.ts'
import { keys } from './account/keys.ts'
import { login, logout } from './account/login.ts'
import { access } from './access.ts'
import { check } from './check.ts'
import { decide } from './decide.ts'
import { diff } from './diff.ts'
import { find } from './find.ts'
import { tryForm } from './forms.ts'
import { history } from './history.ts'
import { printProblems } from './problem.ts'
import { secret } from './secret.ts'
import { exportSheet, importSheet } from './sheet/file.ts'
import { CommandFailed, UsageError, type Terminal } from './terminal.ts'

const help = `holdfast check [file…] [--json] [--history decisions.jsonl [--last 90d]]
    checks company/, rules/, messages/ and workflows/, or the files, folders and names that are given

holdfast decide <rule> --record record.json [--explain] [--json | --html] [--at 2026-11-23T09:00:00Z]
    decides about one record; nothing is stored or sent
    --pin "a sentence" prints a test that expects what came out, to paste under tests:

holdfast history --url http://localhost:3000 [--last 90d] > decisions.jsonl
    writes the decisions of a running instance for check --history

holdfast forms try <form> <body.json | body.form> [--content-type …] [--json]
    what would become of a body that a form service posts, and where each part was found; nothing is stored
    --secret-file secret.txt --header "X-Signature: …" checks the signature too

holdfast secret set <name> [--data .holdfast | --aws [--stack HoldfastApi] [--region eu-west-1]] < secret.txt
    gives a secret that a form names, to an instance on one machine or on AWS

holdfast login [--url http://localhost:3000]
holdfast logout [--url …]
    signs in with a browser; the other commands then ask as that person, unless HOLDFAST_TOKEN holds a token or key

holdfast keys create <program> --scope leads:write [--scope …] [--url …]
holdfast keys list [--json] [--url …]
holdfast keys revoke <id> [--url …]
    what programs call the API with; at most two live keys each

holdfast access [--person anna | --role rep] [--json]
holdfast access --than ../other [--json]
    who may do what with records, by company/access.yaml; --than says what is otherwise than by the company/ of another
    folder, and for whom

holdfast users --url https://… [--apply]
    makes the accounts of the user pool those of company/people.yaml, with AWS credentials; without --apply it only
    says what it would do; --pool eu-central-1_Ab12Cd34E names the pool instead

holdfast find --rebuild [--url …]
    writes anew by what records are found, from the ledger and while people work: after an update, or a table that was lost

holdfast doctor [--from crm@northwind.example] [--region eu-west-1] [--sweep] [--json]
    reads what your AWS account carries, and says what to do in which console; --sweep deletes the machines of removed
    workflows that nobody waits for. With --url http://localhost:3000: what an instance on one machine is

holdfast rules diff <old.yaml> <new.yaml> [--json]
    tells in words what changed, and shows records that are decided differently

holdfast rules import <sheet.csv | sheet.xlsx> [--out rules/name.yaml] [--sheet name] [--encoding windows-1251]
holdfast rules export <rule> [--out sheet.csv | sheet.xlsx]
    turns a sheet into a table and a table into a sheet

docs/rules.md teaches the language of the tables, docs/access.md has people, programs and keys,
docs/intake.md what a form or a form service may send.
`

/** Runs a command; the result is the exit code: 0 good, 1 problems were found or it failed, 2 it was used wrongly. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  let usage = help
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        html: { type: 'boolean' },
        explain: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        record: { type: 'string' },
        pin: { type: 'string' },
        at: { type: 'string' },
        history: { type: 'string' },
        last: { type: 'string' },
        url: { type: 'string' },
        out: { type: 'string', short: 'o' },
        from: { type: 'string' },
        region: { type: 'string' },
        sweep: { type: 'boolean' },
        scope: { type: 'string', multiple: true },
        encoding: { type: 'string' },
        sheet: { type: 'string' },
        pool: { type: 'string' },
        apply: { type: 'boolean' },
        rebuild: { type: 'boolean' },
        data: { type: 'string' },
        aws: { type: 'boolean' },
        stack: { type: 'string' },
        header: { type: 'string', multiple: true },
        person: { type: 'string' },
        role: { type: 'string' },
        than: { type: 'string' },
        'content-type': { type: 'string' },
        'secret-file': { type: 'string' },
      },
    })
    const [command, ...rest] = positionals
    usage = helpOf(command === 'help' ? rest[0] : command)
    if (values.help || command === undefined || command === 'help') {
      terminal.out(usage)
      return 0
    }
    if (command === 'check') return await check(rest, values, terminal)
    if (command === 'access' && !rest.length) return await access(values, terminal)
    if (command === 'decide') return await decide(rest, values, terminal)
    if (command === 'history') return await history(values, terminal)
    if (command === 'login' && !rest.length) return await login(values, terminal)
    if (command === 'logout' && !rest.length) return await logout(values, terminal)
    if (command === 'users' && !rest.length)
      // Only this command and the doctor need the AWS SDK, which takes a while to load.
      return await (await import('./account/users.ts')).users(values, terminal)
    if (command === 'forms') return tryForm(rest, values, terminal)
    if (command === 'secret') return await secret(rest, values, terminal)
    if (command === 'keys') return await keys(rest, values, terminal)
    if (command === 'find') return await find(rest, values, terminal)
    if (command === 'doctor' && !rest.length)
      return await (await import('./doctor/doctor.ts')).doctor(values, terminal)
    if (command === 'rules') {
      const [what, ...files] = rest
      if (what === 'diff') return await diff(files, values, terminal)
      if (what === 'import') return await importSheet(files, values, terminal)
      if (what === 'export') return await exportSheet(files, values, terminal)
    }
    throw new UsageError(`there is no command "${[command, ...rest.slice(0, 1)].join(' ')}"`)
  } catch (error) {
    if (error instanceof SourceError) {
      printProblems(error.problems, terminal)
      return 1
    }
    if (!(error instanceof Error)) throw error
    if (error instanceof CommandFailed || error.name === 'Refusal') {
      terminal.err(`holdfast: ${error.message}\n`)
      return 1
    }
    const used =
      error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    // What the system refuses, such as a folder that may not be written, is no fault of the program.
    if (!used && !('syscall' in error) && !(error instanceof SyntaxError)) throw error
    terminal.err(`holdfast: ${error.message}\n${used ? `\n${usage}` : ''}`)
    return 2
  }
}

/** The help of one command; all of it where there is no such command. */
function helpOf(command: string | undefined): string {
  const own = help
    .trimEnd()
    .split('\n\n')
    .filter(
      (part) => command && part.split('\n').some((line) => `${line} `.startsWith(`holdfast ${command} `)),
    )
  return own.length > 0 ? `${own.join('\n\n')}\n` : help
}
