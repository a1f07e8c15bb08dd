/*
 * The policy of a bucket, as far as a distribution is judged by it. Functions are judged by their roles; nobody else comes to a bucket
 * here.
 */
import { Unmodelled } from '../template/fault.ts'
import { arn, type Identity, type Resource } from './model.ts'

/** Whether a distribution may do this with what the ARN names. */
export type BucketReader = (action: string, resource: string) => boolean

interface PolicyStatement {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: string | string[]
  Principal: unknown
  Condition?: unknown
}

/** CloudFront knows no region. */
export const distributionArn = (identity: Identity, id: string): string =>
  arn('cloudfront', { ...identity, region: '' }, `distribution/${id}`)

/** It signs what it asks, and asks by TLS. */
const plain = JSON.stringify({ Bool: { 'aws:SecureTransport': 'false' } })

/** @throws Unmodelled for a statement about CloudFront that is written in a way that is not known here */
export function bucketReaderOf(
  bucket: string,
  distribution: string,
  resources: readonly Resource[],
): BucketReader {
  const policies = resources.filter(
    ({ type, properties }) => type === 'AWS::S3::BucketPolicy' && properties.Bucket === bucket,
  )
  const allowed = policies.flatMap(({ properties, where }) => {
    const { Statement: statements } = properties.PolicyDocument as { Statement: PolicyStatement[] }
    return statements.filter((statement) => allows(statement, distribution, where))
  })
  return (action, resource) =>
    allowed.some(
      ({ Action: actions, Resource: names }) =>
        [actions].flat().includes(action) && [names].flat().some((name) => fits(name, resource)),
    )
}

function allows(statement: PolicyStatement, distribution: string, where: string): boolean {
  const { Effect: effect, Principal: who, Condition: condition } = statement
  if (effect === 'Deny') {
    if (JSON.stringify(condition) === plain) return false
    throw new Unmodelled(where, 'of what a bucket denies only requests without TLS are modelled')
  }
  const { Service: service } = (who ?? {}) as { Service?: unknown }
  if (service !== 'cloudfront.amazonaws.com') return false
  const { StringEquals: { 'AWS:SourceArn': source } = {}, ...others } = (condition ?? {}) as {
    StringEquals?: { 'AWS:SourceArn'?: string }
  }
  if (source === undefined || Object.keys(others).length > 0)
    throw new Unmodelled(where, 'of CloudFront only StringEquals of AWS:SourceArn is modelled')
  return source === distribution
}

/** @param name an ARN, in which `*` stands for anything */
function fits(name: string, resource: string): boolean {
  const [start = '', ...rest] = name.split('*')
  if (rest.length === 0) return name === resource
  if (rest.length === 1 && rest[0] === '') return resource.startsWith(start)
  return new RegExp(`^${name.split('*').map(literally).join('.*')}$`).test(resource)
}

const literally = (text: string): string => text.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`)
