import { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Stack } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { Usable, Use } from './function.ts'

/** The bus of domain events. */
export class DomainBus extends EventBus implements Usable<'publish'> {
  /** matches the ARN of every rule on this bus */
  readonly rules: string

  constructor(scope: Construct) {
    super(scope, 'Bus', { description: 'What happened to leads: source "holdfast"' })
    this.rules = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${this.eventBusName}/*`,
    })
  }

  using(): Use {
    return {
      environment: { BUS_NAME: this.eventBusName },
      statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.eventBusArn] })],
    }
  }
}
