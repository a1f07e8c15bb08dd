/* Queues, event buses with their rules, and state machines: the services check the values themselves. */
import { readFileSync } from 'node:fs'
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, oneOf, used } from '../template/shape.ts'
import { account, arn, type Identity, type Models, type Resource } from './model.ts'

const permissions = ignored('permissions are not enforced here; tests check them on the template')
const encryption = ignored('the disk of the machine is encrypted, or not, as a whole')
const tags = ignored('tags are for the bill')

export const queueArn = (identity: Identity) => arn('sqs', identity, identity.name)
export const queueUrl = (identity: Identity) => `${identity.addresses.sdkUrl}/${account}/${identity.name}`
export const busArn = (identity: Identity) => arn('events', identity, `event-bus/${identity.name}`)
export const machineArn = (identity: Identity) => arn('states', identity, `stateMachine:${identity.name}`)

const target = object({
  Id: used,
  Arn: used,
  Input: used,
  InputPath: used,
  InputTransformer: object({ InputPathsMap: used, InputTemplate: used }),
  DeadLetterConfig: object({ Arn: used }),
  RetryPolicy: object({ MaximumEventAgeInSeconds: used, MaximumRetryAttempts: used }),
  RoleArn: permissions,
})

export const messagingModels: Models = {
  'AWS::SQS::Queue': {
    named: 'QueueName',
    shape: object({
      QueueName: used,
      FifoQueue: oneOf(false),
      VisibilityTimeout: used,
      MessageRetentionPeriod: used,
      DelaySeconds: used,
      MaximumMessageSize: used,
      ReceiveMessageWaitTimeSeconds: used,
      RedrivePolicy: object({ deadLetterTargetArn: used, maxReceiveCount: used }),
      RedriveAllowPolicy: permissions,
      KmsMasterKeyId: encryption,
      SqsManagedSseEnabled: encryption,
      Tags: tags,
    }),
    ref: queueUrl,
    attributes: { Arn: queueArn, QueueName: (identity) => identity.name, QueueUrl: queueUrl },
  },
  'AWS::Events::EventBus': {
    named: 'Name',
    shape: object({ Name: used, Description: ignored('for people'), Tags: tags }),
    ref: (identity) => identity.name,
    attributes: { Arn: busArn, Name: (identity) => identity.name },
  },
  'AWS::Events::Rule': {
    named: 'Name',
    shape: object({
      Name: used,
      EventBusName: used,
      EventPattern: used,
      ScheduleExpression: used,
      State: oneOf('ENABLED', 'DISABLED'),
      Targets: list(target),
      Description: ignored('for people'),
      RoleArn: permissions,
      Tags: tags,
    }),
    ref: (identity) => identity.name,
    attributes: { Arn: (identity) => arn('events', identity, `rule/${identity.name}`) },
  },
  'AWS::StepFunctions::StateMachine': {
    named: 'StateMachineName',
    shape: object({
      StateMachineName: used,
      StateMachineType: oneOf('STANDARD'),
      Definition: used,
      DefinitionString: used,
      DefinitionS3Location: object({ Bucket: used, Key: used }),
      DefinitionSubstitutions: used,
      LoggingConfiguration: ignored('the history of an execution is kept in the data folder'),
      TracingConfiguration: ignored('traces are not collected'),
      EncryptionConfiguration: encryption,
      RoleArn: permissions,
      Tags: tags,
    }),
    ref: machineArn,
    attributes: { Arn: machineArn, Name: (identity) => identity.name },
  },
}

/** A state machine with its definition as text, wherever the template keeps it. */
export function readStateMachine(resource: Resource, assets: Map<string, string>): Resource {
  const { DefinitionS3Location: location, ...properties } = resource.properties
  if (location === undefined) return resource
  const file = assets.get((location as { Key: string }).Key)
  if (!file)
    throw new Unmodelled(
      `${resource.where} DefinitionS3Location`,
      'names no asset of this assembly; only a file asset is modelled',
    )
  return { ...resource, properties: { ...properties, DefinitionString: readFileSync(file, 'utf8') } }
}
