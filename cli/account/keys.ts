import * as z from 'zod'
import { readKey } from '#core/access/program-key.ts'
import { UsageError, type Options, type Terminal } from '../terminal.ts'
import { askApi } from './api.ts'

const key = z.object({
  id: z.string(),
  program: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  createdBy: z.string(),
  usedAt: z.string().optional(),
  revokedAt: z.string().optional(),
})
const made = z.object({ id: z.string(), key: z.string() })
const list = z.object({ keys: z.array(key) })

/** `holdfast keys create|list|revoke`: what programs call the API with. Wants a person of operations. */
export async function keys(args: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const [what, name, ...rest] = args
  const url = options.url ?? 'http://localhost:3000'
  if (what === 'create' && name !== undefined && !rest.length)
    return await create(name, url, options, terminal)
  if (what === 'list' && name === undefined) return await show(url, options, terminal)
  if (what === 'revoke' && name !== undefined && !rest.length) return await revoke(name, url, terminal)
  throw new UsageError('write keys create <program>, keys list or keys revoke <id>')
}

/** The key goes to the output alone, so that it can be led into a file or another program. */
async function create(program: string, url: string, options: Options, terminal: Terminal): Promise<number> {
  const wanted = options.scope ?? []
  if (!wanted.length)
    throw new UsageError(
      'say what the key is for, such as --scope leads:read; docs/access.md has them, and a scope that there is not is refused with a list',
    )
  const json = { program, scopes: wanted }
  const { id, key: text } = made.parse(await askApi(url, '/keys', terminal, { method: 'POST', json }))
  terminal.out(`${text}\n`)
  terminal.err(`${id}: shown this once, nobody can read it again.\n`)
  return 0
}

async function show(url: string, options: Options, terminal: Terminal): Promise<number> {
  const found = list.parse(await askApi(url, '/keys', terminal))
  if (options.json) {
    terminal.out(`${JSON.stringify(found.keys, null, 2)}\n`)
    return 0
  }
  for (const { id, program, scopes: allowed, createdAt, createdBy, usedAt, revokedAt } of found.keys) {
    const used = usedAt ? `used ${minute(usedAt)}` : 'never used'
    const state = revokedAt ? `revoked ${minute(revokedAt)}` : used
    terminal.out(
      `${id}  ${program}  ${allowed.join(' ')}  made ${minute(createdAt)} by ${createdBy}, ${state}\n`,
    )
  }
  if (!found.keys.length) terminal.err('There are no keys.\n')
  return 0
}

/** Takes the id, or the key itself, which may be all that somebody has who finds one. */
async function revoke(name: string, url: string, terminal: Terminal): Promise<number> {
  const id = name.startsWith('hf_') ? readKey(name) : name
  if (id === undefined) throw new UsageError('this key is mistyped or cut off; take its id from keys list')
  await askApi(url, `/keys/${encodeURIComponent(id)}`, terminal, { method: 'DELETE' })
  terminal.err(`${id} is revoked; within a minute it opens nothing.\n`)
  return 0
}

const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')}Z`
