import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import type { Usable, Use } from '../function.ts'

/**
 * What our own CloudFront says to the API and nobody else knows, so that the address of a visitor is believed from it alone.
 * Made by Secrets Manager and resolved by CloudFormation: it stands in no template. A parameter of SSM would cost nothing,
 * but CloudFormation reads no SecureString into a header of CloudFront.
 */
export class ViewerSecret extends Secret implements Usable<'read'> {
  constructor(scope: Construct) {
    super(scope, 'ShieldSecret', {
      description: 'What CloudFront says to the API of Holdfast',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    })
    acknowledge(this, {
      'AwsSolutions-SMG4':
        'It protects no data: whoever knows it can name another address than his own and pass the limit of one. CloudFront and the function would have to change it at the same moment.',
    })
  }

  /** Resolved while a stack is deployed. */
  get text(): string {
    return this.secretValue.unsafeUnwrap()
  }

  using(): Use {
    return { environment: { SHIELD_SECRET: this.text }, statements: [] }
  }
}
