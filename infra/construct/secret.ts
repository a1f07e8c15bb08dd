import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Stack } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { Usable, Use } from './function.ts'

/**
 * What only we and other services know: SecureStrings of the Parameter Store below a prefix of this stack, made by
 * `npx holdfast secret set`, never by a template. They are under the key `aws/ssm`, whose policy allows whoever may read
 * the parameter to decrypt it.
 */
export class Secrets implements Usable<'read'> {
  private readonly scope: Construct

  constructor(scope: Construct) {
    this.scope = scope
  }

  using(): Use {
    const stack = Stack.of(this.scope)
    const prefix = `/holdfast/${stack.stackName}/secret`
    const resource = stack.formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: `${prefix.slice(1)}/*`,
    })
    return {
      environment: { SECRET_PREFIX: prefix },
      statements: [new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [resource] })],
      wildcards: [{ arn: resource, reason: 'Forms name their secrets; all of them are below this prefix.' }],
    }
  }
}
