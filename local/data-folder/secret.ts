/*
 * SSM's Parameter Store, as far as secrets need it: GetParameter of what a file of the data folder holds, readable by its
 * owner only. The file is read with each request, so that `holdfast secret set` holds without a restart.
 */
import { chmodSync, existsSync, readFileSync } from 'node:fs'

export interface SecretFile {
  handle(operation: string, input: object): { status: number; body: object }
}

export function openSecretFile(file: string): SecretFile {
  // A copied or restored folder may have lost the mode.
  if (existsSync(file)) chmodSync(file, 0o600)
  return {
    handle(operation, input) {
      if (operation !== 'GetParameter')
        return fault(
          'UnknownOperationException',
          `SSM ${operation} is not modelled; modelled is GetParameter`,
        )
      const { Name } = input as { Name?: unknown }
      const value =
        typeof Name === 'string' ? secretsIn(file).get(Name.slice(Name.lastIndexOf('/') + 1)) : undefined
      if (value === undefined) return fault('ParameterNotFound', 'there is no such parameter')
      return { status: 200, body: { Parameter: { Name, Type: 'SecureString', Value: value, Version: 1 } } }
    },
  }
}

function secretsIn(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map()
  const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  return new Map(Object.entries(value))
}

const fault = (type: string, message: string) => ({ status: 400, body: { __type: type, message } })
