/* Resource types that a template may have and that do nothing here, each with the reason. */
import type { Identity } from './model.ts'
import { arn } from './model.ts'

const permissions = 'permissions are not enforced here; tests check them on the template'
const logs = 'output goes to one file in the data folder'
const alarms = 'nothing watches metrics here; failures are shown on the console, in the queues and as alerts'

export const withoutEffect: Record<string, string> = {
  'AWS::CDK::Metadata': 'statistics for the CDK',
  'AWS::Lambda::Permission': permissions,
  'AWS::SQS::QueuePolicy': permissions,
  'AWS::SNS::TopicPolicy': permissions,
  'AWS::Events::EventBusPolicy': permissions,
  'AWS::Lambda::LayerVersion': 'only the function that puts files on AWS has one',
  'AWS::KMS::Key': 'the disk of the machine is encrypted, or not, as a whole',
  'AWS::KMS::Alias': 'the disk of the machine is encrypted, or not, as a whole',
  'AWS::Logs::LogGroup': logs,
  'AWS::Logs::ResourcePolicy': logs,
  'AWS::Logs::MetricFilter': alarms,
  'AWS::CloudWatch::Alarm': alarms,
  'AWS::CloudWatch::CompositeAlarm': alarms,
  'AWS::CloudWatch::Dashboard': alarms,
  'AWS::SNS::Topic': alarms,
  'AWS::SNS::Subscription': alarms,
  'AWS::Cognito::UserPoolDomain': 'the issuer has its own address here',
}

/** The type whose Ref is the ARN. */
const refIsArn = new Set(['AWS::SNS::Topic'])

export function refWithoutEffect(type: string, identity: Identity): string {
  return refIsArn.has(type) ? attributeWithoutEffect(type, identity, 'Arn')! : identity.name
}

/** A value of the right form for the attributes that other resources are commonly given; undefined for any other. */
export function attributeWithoutEffect(type: string, identity: Identity, name: string): string | undefined {
  const service = type.split('::')[1]!.toLowerCase()
  if (name === 'Arn' || name === 'TopicArn') return arn(service, identity, identity.name)
  if (name === 'TopicName' || name === 'KeyId') return identity.name
  return undefined
}
