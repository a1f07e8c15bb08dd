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
    return {
      environment: {
        MAIL_FROM: this.from,
        CONFIGURATION_SET: this.configurationSet.configurationSetName,
      },
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail', 'ses:SendRawEmail'],
          // With a verified domain SES checks the identity of the domain instead of the address.
          resources: [
            arn('identity', this.from),
            arn('identity', this.from.slice(this.from.lastIndexOf('@') + 1)),
            arn('configuration-set', this.configurationSet.configurationSetName),
          ],
          conditions: { StringEquals: { 'ses:FromAddress': this.from } },
        }),
      ],
    }
  }
}
