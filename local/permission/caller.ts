/*
 * Who asks the table or for an object: a function by the credentials that its host gave it, or anybody else.
 *
 * Each function has an access key of its own for as long as this process lives, as on AWS each role has. Others on this
 * machine (its owner, AWS's command line) sign with any other key and may do everything, as before. Signatures are not
 * verified there: a key that nobody else is told is proof enough of which function asks. They are where a function signs for
 * others (bucket/signature.ts): its URLs tell everybody the key, so that the secret is what proves who made them.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { ObjectGuard } from '../bucket/bucket.ts'
import { BucketFault } from '../bucket/fault.ts'
import type { FunctionDefinition } from '../resource/function.ts'
import { account } from '../resource/model.ts'
import { TableFault } from '../table/fault.ts'
import type { Guard } from '../table/table.ts'
import { judgeObject, openPolicy, type Verdict } from './policy.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

/** A function, as it is known by its access key. */
export interface Caller extends Credentials {
  /** What keeps it within its role at the table. */
  table: Guard
  objects: ObjectGuard
}

export interface Callers {
  /** What the function of that name signs its requests with. */
  credentialsOf(functionName: string): Credentials
  /** Whose access key that is; nobody when it is no function's. */
  signerOf(accessKeyId: string): Caller | undefined
  /** Which function signed a request, by its header; nobody when none did. */
  callerOf(authorization: string | undefined): Caller | undefined
}

/** @param told of each refusal, with the function and AWS's words: a function may keep to itself why it failed */
export function openCallers(
  functions: readonly FunctionDefinition[],
  region: string,
  told: (functionName: string, message: string) => void,
): Callers {
  const byName = new Map<string, Caller>()
  const byKey = new Map<string, Caller>()
  for (const definition of functions) {
    const tell = (message: string) => told(definition.name, message)
    const caller: Caller = {
      accessKeyId: newAccessKey(),
      // Forty characters, as AWS's.
      secretAccessKey: randomBytes(30).toString('base64'),
      table: tableGuard(definition, region, tell),
      objects: objectGuard(definition, tell),
    }
    byName.set(definition.name, caller)
    byKey.set(caller.accessKeyId, caller)
  }
  return {
    credentialsOf: (name) => byName.get(name)!,
    signerOf: (accessKeyId) => byKey.get(accessKeyId),
    callerOf: (authorization) => byKey.get(accessKeyIn(authorization ?? '')),
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

function tableGuard(
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
    const message = `${who(name, role)} is not authorized to perform: ${action} on resource: ${resource} ${reasonOf(verdict, action)}`
    told(message)
    throw new TableFault('AccessDeniedException', message)
  }
}

function objectGuard({ name, role }: FunctionDefinition, told: (message: string) => void): ObjectGuard {
  return {
    demand(action, resource) {
      const verdict = judgeObject(role.statements, action, resource)
      if (verdict === 'allowed') return
      const message = `${who(name, role)} is not authorized to perform: ${action} on resource: "${resource}" ${reasonOf(verdict, action)}`
      told(message)
      throw new BucketFault('AccessDenied', message)
    },
  }
}

const who = (name: string, role: { name: string }): string =>
  `User: arn:aws:sts::${account}:assumed-role/${role.name}/${name}`

const reasonOf = (verdict: Verdict, action: string): string =>
  verdict === 'denied'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`
