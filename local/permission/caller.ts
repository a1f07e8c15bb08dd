/*
 * Who asks the table: a function by the credentials that its host gave it, or anybody else.
 *
 * Each function has an access key of its own for as long as this process lives, as on AWS each role has. Others on this
 * machine (its owner, AWS's command line) sign with any other key and may do everything, as before. Signatures are not
 * verified: a key that nobody else is told is proof enough of which function asks.
 */
import { randomUUID } from 'node:crypto'
import type { FunctionDefinition } from '../resource/function.ts'
import { account } from '../resource/model.ts'
import { TableFault } from '../table/fault.ts'
import type { Guard } from '../table/table.ts'
import { openPolicy, type Verdict } from './policy.ts'

export interface Callers {
  /** What the function of that name signs its requests with. */
  accessKeyOf(functionName: string): string
  /** What keeps the function that signed within its role; nothing when no function did. */
  guardOf(authorization: string | undefined): Guard | undefined
}

/** @param told of each refusal, with the function and AWS's words: a function may keep to itself why it failed */
export function openCallers(
  functions: readonly FunctionDefinition[],
  region: string,
  told: (functionName: string, message: string) => void,
): Callers {
  const keys = new Map<string, string>()
  const guards = new Map<string, Guard>()
  for (const definition of functions) {
    const key = newAccessKey()
    keys.set(definition.name, key)
    guards.set(
      key,
      guardFor(definition, region, (message) => told(definition.name, message)),
    )
  }
  return {
    accessKeyOf: (name) => keys.get(name)!,
    guardOf: (authorization) => guards.get(accessKeyIn(authorization ?? '')),
  }
}

/** Twenty characters, as AWS's keys of roles are. */
const newAccessKey = (): string => `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`

const credential = 'Credential='

/** The access key in the header by which a request is signed. */
function accessKeyIn(authorization: string): string {
  const begin = authorization.indexOf(credential)
  if (begin < 0) return ''
  const from = begin + credential.length
  const end = authorization.indexOf('/', from)
  return end < 0 ? '' : authorization.slice(from, end)
}

function guardFor(
  { name, role }: FunctionDefinition,
  region: string,
  told: (message: string) => void,
): Guard {
  const policy = openPolicy(role.statements)
  const tables = `arn:aws:dynamodb:${region}:${account}:table/`
  return ({ action: operation, table, index, leadingKeys }) => {
    const action = `dynamodb:${operation}`
    const ofTable = table === undefined ? '*' : tables + table
    const resource = index === undefined ? ofTable : `${ofTable}/index/${index}`
    const verdict = policy({ action, resource, leadingKeys })
    if (verdict === 'allowed') return
    const user = `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`
    const what = `User: ${user} is not authorized to perform: ${action} on resource: ${resource}`
    const message = `${what} ${reasonOf(verdict, action)}`
    told(message)
    throw new TableFault('AccessDeniedException', message)
  }
}

const reasonOf = (verdict: Verdict, action: string): string =>
  verdict === 'denied'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`
