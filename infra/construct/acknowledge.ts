import { Stack, Validations } from 'aws-cdk-lib/core'
import type { IConstruct } from 'constructs'

/** Accepts findings of the security checks on one construct, each by its full id and with its reason. */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })))
}

/** Accepts that a role may use every resource that `arn`, which ends in a wildcard, matches. */
export function acknowledgeWildcard(role: IConstruct, arn: string, reason: string): void {
  acknowledge(role, { [`AwsSolutions-IAM5[Resource::${written(Stack.of(role).resolve(arn))}]`]: reason })
}

/** An ARN as the checks write it into the id of a finding: `arn:<AWS::Partition>:s3:::<Bucket.Arn>/*`. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if ('Ref' in value) return `<${String(value.Ref)}>`
  if ('Fn::ImportValue' in value) return String(value['Fn::ImportValue'])
  if ('Fn::GetAtt' in value) return `<${(value['Fn::GetAtt'] as string[]).join('.')}>`
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]]
    return parts.map(written).join(separator)
  }
  throw new Error(`cannot write ${JSON.stringify(value)} as the id of a finding`)
}
