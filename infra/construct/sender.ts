import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { ConfigurationSet, ConfigurationSetTlsPolicy, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses'
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { MailIdentity } from '../mail-identity.ts'
import type { Usable, Use } from './function.ts'

/** The address that mail comes from. */
export class Sender extends Construct implements Usable<'send'> {
  private readonly from: string
  private readonly configurationSet: ConfigurationSet

  constructor(scope: Construct, from: string, identity: MailIdentity) {
    super(scope, 'Sender')
    this.from = from
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
    })
    if (identity !== 'existing') this.makeIdentity(identity)
  }

  /**
   * SES refuses a second identity of the same name, so one that the account has must be `existing`. What was verified
   * once stays when the stack lets go of it: without it no e-mail leaves.
   */
  private makeIdentity(kind: 'address' | 'domain'): void {
    const domain = this.from.slice(this.from.indexOf('@') + 1)
    const identity = new EmailIdentity(this, 'Identity', {
      identity: kind === 'domain' ? Identity.domain(domain) : Identity.email(this.from),
    })
    identity.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    if (kind === 'address') return
    for (const [i, { name, value }] of identity.dkimRecords.entries())
      new CfnOutput(Stack.of(this), `MailRecord${i + 1}`, {
        description: `CNAME record for the domain ${domain}: e-mails leave once all three are published`,
        value: `${name} CNAME ${value}`,
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
