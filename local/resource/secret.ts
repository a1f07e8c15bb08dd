/* Secrets that Secrets Manager makes, and what the template says in place of them. */
import { randomBytes } from 'node:crypto'
import { Unmodelled } from '../template/fault.ts'
import { ignored, object, oneOf, used } from '../template/shape.ts'
import { arn, type Identity, type Models } from './model.ts'

const people = ignored('for people')
/** Secrets Manager ends it with six signs of its own. */
const secretArn = (identity: Identity) => arn('secretsmanager', identity, `secret:${identity.name}-000000`)

export const secretModels: Models = {
  'AWS::SecretsManager::Secret': {
    named: 'Name',
    shape: object({
      Name: used,
      Description: people,
      GenerateSecretString: object({
        ExcludePunctuation: oneOf(true),
        PasswordLength: ignored('a secret has 48 letters and digits'),
      }),
      Tags: ignored('tags are for the bill'),
    }),
    ref: secretArn,
    attributes: { Id: secretArn },
  },
}

const reference = /\{\{resolve:([\w-]+):(.*?)\}\}/g
const known = /^(arn:aws:secretsmanager:.+):SecretString:::?$/

/**
 * Puts secrets where a text refers to them. They are made anew at each start: whoever knows one has it from this template, in this
 * process.
 */
export function openSecrets(): (text: string, where: string) => string {
  const secrets = new Map<string, string>()
  return (text, where) =>
    text.replaceAll(reference, (whole, service: string, rest: string) => {
      const name = service === 'secretsmanager' ? known.exec(rest)?.[1] : undefined
      if (name === undefined)
        throw new Unmodelled(where, `${whole} is not modelled; modelled is a whole secret of Secrets Manager`)
      const secret = secrets.get(name) ?? randomBytes(36).toString('hex').slice(0, 48)
      secrets.set(name, secret)
      return secret
    })
}
