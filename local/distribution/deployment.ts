/*
 * Puts files of the assembly into buckets, as the function of the CDK's `BucketDeployment` does when a stack is deployed: what is known
 * only then in place of its markers, each with its type and headers, nothing deleted.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Buckets } from '../bucket/bucket.ts'
import type { DeploymentDefinition, SourceDefinition } from '../resource/deployment.ts'
import { Unmodelled } from '../template/fault.ts'
import { fileTypeOf } from './file-type.ts'

/**
 * Resolves when all of them are stored; what is there already stays as it is.
 * @param here what a text of the template becomes on this machine
 * @throws Unmodelled for a file of whose ending it is not known which type AWS gives it
 */
export async function deployFiles(
  deployments: readonly DeploymentDefinition[],
  buckets: Pick<Buckets, 'keep'>,
  here: (text: string) => string,
): Promise<void> {
  for (const { bucket, prefix, sources, headers, where } of deployments)
    for (const source of sources)
      for (const file of filesBelow(source.folder)) {
        const name = relative(source.folder, file).split(sep).join('/')
        const type = fileTypeOf(name)
        if (type === undefined)
          throw new Unmodelled(where, `it is not known here which type AWS gives ${name}: add its ending`)
        const place = { bucket, key: prefix ? `${prefix}/${name}` : name }
        await buckets.keep(place, contentOf(file, source, here), { 'content-type': type, ...headers })
      }
}

function contentOf(
  file: string,
  { markers, isJson }: SourceDefinition,
  here: (text: string) => string,
): Buffer {
  const bytes = readFileSync(file)
  const entries = Object.entries(markers)
  if (entries.length === 0) return bytes
  const text = entries.reduce(
    (whole, [marker, value]) =>
      whole.replaceAll(marker, () => (isJson ? JSON.stringify(value).slice(1, -1) : value)),
    bytes.toString('utf8'),
  )
  // Only whole does it name an address.
  return Buffer.from(here(text))
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
