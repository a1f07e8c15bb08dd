import { changesFor, fieldsAbove, holdersOf, matrixOf, oversights, type Matrix } from '#core/access/matrix.ts'
import { programRole } from '#core/access/reach.ts'
import type { Company } from '#core/company/company.ts'
import type { Kind } from '#core/record/kind.ts'
import { nearest } from '#core/source/source.ts'
import { findVocabulary } from '#infra/found.ts'
import { resolve } from 'node:path'
import { readCompanyFiles } from './file.ts'
import { CommandFailed, UsageError, type Options, type Terminal } from './terminal.ts'

/** `holdfast access`: who may do what, and what a change of the files changes for whom. */
export async function access(options: Options, terminal: Terminal): Promise<number> {
  const { person, role, than } = options
  if ([person, role, than].filter((each) => each !== undefined).length > 1)
    throw new UsageError('ask for one of --person, --role and --than')
  const company = companyIn(terminal.directory, 'here: run the command where it is')
  const kinds = [...(await findVocabulary()).kinds.values()].filter(({ doors }) => doors?.length !== 0)
  if (than !== undefined) {
    const before = companyIn(resolve(terminal.directory, than), `in ${than}`)
    const lines = changesFor(before, company, kinds)
    terminal.out(
      options.json
        ? json({ changes: lines })
        : `${lines.join('\n') || 'Nobody may do anything else than there.'}\n`,
    )
    return 0
  }
  const shown = shownOf(company, kinds, options)
  terminal.out(
    options.json ? json(shown) : textOf(shown, company, kinds, { isWhole: (person ?? role) === undefined }),
  )
  return 0
}

function companyIn(directory: string, where: string): Company {
  const company = readCompanyFiles(directory)
  if (!company) throw new CommandFailed(`there is no company/ ${where}`)
  return company
}

interface Shown extends Matrix {
  /** a role or a person */
  of: string
  /** a role's title and who has it; a person's roles */
  about: string
}

function shownOf(company: Company, kinds: readonly Kind[], { person, role }: Options): Shown[] {
  if (person !== undefined) {
    const { roles } = named(company.people, person, 'person')
    const teams = Object.entries(company.teams)
      .filter(([, { members, manager }]) => [...members, manager].some((each) => each === person))
      .map(([id]) => id)
    const about = `${roles.join(', ') || 'no role'}; ${teams.length ? `in ${teams.join(', ')}` : 'in no team'}`
    return [{ of: person, about, ...matrixOf(company, roles, kinds) }]
  }
  if (role !== undefined) named(company.roles, role, 'role')
  return Object.entries(company.roles)
    .filter(([name]) => role === undefined || name === role)
    .map(([name, { title }]) => ({
      of: name,
      about: `${title}: ${holdersOf(company, name)}`,
      ...matrixOf(company, [name], kinds),
    }))
}

function named<T>(all: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(all, name)) return all[name]!
  const near = nearest(name, Object.keys(all))
  throw new CommandFailed(
    `there is no ${what} "${name}"; ${near ? `did you mean "${near}"?` : `there are ${Object.keys(all).join(', ')}`}`,
  )
}

const columns = ['read', 'create', 'change', 'do', 'upTo'] as const

function textOf(
  shown: readonly Shown[],
  company: Company,
  kinds: readonly Kind[],
  { isWhole }: { isWhole: boolean },
): string {
  const parts = shown.map(({ of, about, rows, may }) => {
    const table = [
      ['', ...columns.map((name) => (name === 'upTo' ? 'up to' : name))],
      ...rows.map((row) => [row.kinds.join(', '), ...columns.map((name) => row[name])]),
    ]
    const widths = table[0]!.map((_, i) => Math.max(...table.map((cells) => cells[i]!.length)))
    const lines = table.map((cells) =>
      `  ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd(),
    )
    return [`${of} (${about})`, ...lines, ...(may.length ? [`  may ${may.join('; ')}`] : [])].join('\n')
  })
  if (!isWhole) return `${parts.join('\n\n')}\n`
  const fields = [...fieldsAbove(company, kinds)].map(([level, names]) => `  ${level}: ${names.join(', ')}`)
  const levels = [`levels: ${company.levels.join(' < ')}`, ...fields].join('\n')
  const told = oversights(company, kinds, [programRole])
  return `${[levels, ...parts, ...(told.length ? [told.join('\n')] : [])].join('\n\n')}\n`
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
