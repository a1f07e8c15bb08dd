import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses'
import { Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Usable, Use } from './function.ts'

/** The address that mail comes from. */
export class Sender extends Construct implements Usable<'send'> {
  private readonly from: string
  private readonly configurationSet: ConfigurationSet

  constructor(scope: Construct, from: string) {
    super(scope, 'Sender')
    this.from = from
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
    })
    new EmailIdentity(this, 'Identity', {
      identity: Identity.email(from),
      configurationSet: this.configurationSet,
    })
  }

  using(): Use {
    const arn = (resource: string, resourceName: string): string =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName })
    // In its sandbox SES also asks for permission on the identity of a verified recipient. The condition keeps the
    // sender to one address all the same.
    const identities = arn('identity', '*')
    return {
      environment: {
        MAIL_FROM: this.from,
        CONFIGURATION_SET: this.configurationSet.configurationSetName,
      },
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [identities, arn('configuration-set', this.configurationSet.configurationSetName)],
          conditions: { StringEquals: { 'ses:FromAddress': this.from } },
        }),
      ],
      wildcards: [
        { arn: identities, reason: 'Whoever the mail is for; a condition keeps the sender to one address.' },
      ],
    }
  }
}
