import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { FileBucket } from '../construct/file-bucket.ts'
import { FindTable } from '../construct/find-table.ts'
import { LedgerTable } from '../construct/table.ts'

export interface DataStackProps extends StackProps {
  tenant: string
  isProtected: boolean
  /** who is told of alarms; default: nobody, until somebody subscribes to the topic */
  alarmMail?: string
}

/** What outlives every deployment: the table, what finds records of it, the bytes of files, and the topic that all alarms speak to. */
export class DataStack extends Stack {
  readonly table: LedgerTable
  readonly find: FindTable
  readonly files: FileBucket
  readonly alarmTopic: Topic

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: props.isProtected })
    this.table = new LedgerTable(this, props)
    this.find = new FindTable(this, props.tenant)
    this.files = new FileBucket(this, props.tenant)
    // Not encrypted with a key of ours: alarms name resources only, and the key would cost a dollar a month.
    this.alarmTopic = new Topic(this, 'AlarmTopic', { enforceSSL: true, displayName: 'Holdfast alarms' })
    // A topic with a policy of its own has lost the default one, by which alarms of the account may publish.
    this.alarmTopic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.alarmTopic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    )
    if (props.alarmMail !== undefined) this.alarmTopic.addSubscription(new EmailSubscription(props.alarmMail))
  }
}
