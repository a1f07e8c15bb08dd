import { createHmac } from 'node:crypto'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Fields } from '#core/intake/body/body.ts'
import { presetOf } from '#core/company/form/preset.ts'
import { isProven, proofOf, type Hmac } from '#core/intake/webhook/proof.ts'
import type { Form } from '#core/company/form/form.ts'
import { openClient } from './client.ts'
import type { HttpRequest } from './http/http.ts'
import { log, type Clock, type Environment } from './surroundings.ts'

export const hmac: Hmac = (algorithm, key, data, encoding) =>
  createHmac(algorithm, key).update(data).digest(encoding)

/** What only we and a service know, by the name that a form gives it. */
export interface Secrets {
  /** undefined when none has been set, or none can be read */
  get(name: string): Promise<string | undefined>
}

/** A change holds within a minute, and a flood of posts asks once a minute. */
const kept = 60_000

/** The parameters below `SECRET_PREFIX`. While they cannot be read, what was read last still counts. */
export function openSecrets(env: Environment): Secrets {
  // Made when the first form asks for a secret: most have none, and somebody is waiting.
  let client: SSMClient | undefined
  const prefix = env('SECRET_PREFIX')
  const known = new Map<string, { until: number; value: Promise<string | undefined> }>()
  async function read(name: string, before: Promise<string | undefined> | undefined) {
    try {
      const command = new GetParameterCommand({ Name: `${prefix}/${name}`, WithDecryption: true })
      client ??= openClient(SSMClient)
      return (await client.send(command)).Parameter?.Value
    } catch (error) {
      if (error instanceof Error && error.name === 'ParameterNotFound') return undefined
      log('error', 'secret cannot be read', {}, error)
      return before
    }
  }
  return {
    get(name) {
      const found = known.get(name)
      if (found && found.until > Date.now()) return found.value
      const value = read(name, found?.value)
      known.set(name, { until: Date.now() + kept, value })
      return value
    },
  }
}

/** Whether a post may come from the service of the form; of a form without a secret anybody's may. */
export async function provesItself(
  request: HttpRequest,
  form: Form,
  fields: Fields,
  { secrets, clock }: { secrets: Secrets; clock: Clock },
): Promise<boolean> {
  if (form.secret === undefined) return true
  const [proof, secret] = [proofOf(form), await secrets.get(form.secret)]
  return (
    proof !== undefined &&
    secret !== undefined &&
    isProven(proof, secret, { ...request, fields, now: clock.now() }, hmac)
  )
}

/** What a service wants to hear before it posts anything: its own challenge. It says nothing about us, so anybody may ask. */
export function challengeOf({ method, query }: HttpRequest, form: Form): string | undefined {
  const name = presetOf(form)?.handshake
  const challenge = name && query[name]
  return method === 'GET' && challenge && /^[\w-]{1,200}$/.test(challenge) ? challenge : undefined
}
