/*
 * What AWS allows of everything that grows with the files of operators.
 *
 * Problem: a template over one of these is found wrong in the middle of a deployment, and the message names neither the
 * file nor the way out. So each synthesis for AWS measures them. The embedded cloud has no such limits.
 * Representation: a limit measures places of a deployment; a value that is known only in the account counts as long as
 * such values get (an ARN of ours has up to 150 characters), so that what passes here passes there.
 * Sources: each service's page of quotas, as of 2026-11; defaults, even where AWS raises them on request.
 */

import { every, of, origin, textOf, type Deployment } from './template.ts'

export interface Excess {
  /** stack and logical id */
  where: string
  what: string
  is: number
  most: number
  /** the way out */
  mend: string
}

interface Limit {
  what: string
  most: number
  mend: string
  measure(deployment: Deployment): Iterable<Measure>
}

type Measure = readonly [where: string, size: number]

/** Everything that is over a limit. */
export function excesses(deployment: Deployment): Excess[] {
  return limits.flatMap(({ what, most, mend, measure }) =>
    [...measure(deployment)].flatMap(([where, is]) => (is > most ? [{ where, what, is, most, mend }] : [])),
  )
}

/** The fullest place of each limit, the fullest first. */
export function fullest(deployment: Deployment): Omit<Excess, 'mend'>[] {
  return limits
    .flatMap(({ what, most, measure }) =>
      [...measure(deployment)]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, 1)
        .map(([where, is]) => ({ where, what, is, most })),
    )
    .toSorted((a, b) => b.is / b.most - a.is / a.most)
}

/** A sentence for an excess, with what to do. */
export const excessText = ({ where, what, is, most, mend }: Excess): string =>
  `${where}: ${what}: ${is.toLocaleString('en')}, AWS allows ${most.toLocaleString('en')}. ${mend}`

const split = 'Deploy part of the files as a second company, in another account or region.'
const shorter = 'Write the pattern shorter: a prefix or a wildcard in place of a list of values.'
const wider = 'Name resources by a common part and a wildcard instead of one by one.'
const bug = 'This does not come from a file of yours: it is a fault of Holdfast.'

const limits: Limit[] = [
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
  {
    what: 'resources of a stack',
    most: 500,
    mend: `A workflow takes two: some 240 fit. ${split}`,
    measure: ({ stacks }) => stacks.map(({ name, template }) => [name, sizeOf(template.Resources)]),
  },
  {
    what: 'outputs of a stack',
    most: 200,
    mend: `A form takes one. ${split}`,
    measure: ({ stacks }) => stacks.map(({ name, template }) => [name, sizeOf(template.Outputs)]),
  },
  {
    what: 'parameters of a stack',
    most: 200,
    mend: bug,
    measure: ({ stacks }) => stacks.map(({ name, template }) => [name, sizeOf(template.Parameters)]),
  },
  {
    what: 'bytes of a template',
    most: 1_048_576,
    mend: `People, forms and workflows stand in it. ${split}`,
    measure: ({ stacks }) => stacks.map(({ name, bytes }) => [name, bytes]),
  },
  {
    what: 'characters of a logical id',
    most: 255,
    mend: 'Give the workflow or form a shorter name.',
    measure: (all) => every(all).map(({ where, id }) => [where, id.length]),
  },
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  {
    what: 'characters of an event pattern',
    most: 2048,
    mend: shorter,
    measure: (all) =>
      of(all, 'AWS::Events::Rule').flatMap(({ where, properties: { EventPattern: pattern } }) =>
        pattern ? [[where, textOf(pattern).length] as const] : [],
      ),
  },
  {
    what: 'rules of a bus',
    most: 300,
    mend: `Each workflow takes one (af-south-1 and eu-south-1 begin with 100). ${split}`,
    measure: (all) =>
      counted(
        of(all, 'AWS::Events::Rule').map(({ properties }) => textOf(origin(properties.EventBusName, all))),
      ),
  },
  {
    what: 'targets of a rule',
    most: 5,
    mend: bug,
    measure: (all) =>
      of(all, 'AWS::Events::Rule').map(({ where, properties }) => [where, properties.Targets?.length ?? 0]),
  },
  {
    what: 'characters of a description',
    most: 256,
    mend: 'Give the workflow or form a shorter name.',
    measure: (all) =>
      [...of(all, 'AWS::Events::Rule'), ...of(all, 'AWS::Lambda::Function')].map(({ where, properties }) => [
        where,
        properties.Description?.length ?? 0,
      ]),
  },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  {
    what: 'characters of all policies in a role',
    most: 10_240,
    mend: wider,
    measure: (all) =>
      summed(
        of(all, 'AWS::IAM::Policy').flatMap(({ where, properties: { Roles = [], PolicyDocument } }) =>
          (Roles as unknown[]).map(
            (role) => [`${where.split('/')[0]}/${textOf(role)}`, textOf(PolicyDocument).length] as const,
          ),
        ),
      ),
  },
  {
    what: 'characters of who may take a role',
    most: 2048,
    mend: wider,
    measure: (all) =>
      of(all, 'AWS::IAM::Role').map(({ where, properties }) => [
        where,
        textOf(properties.AssumeRolePolicyDocument).length,
      ]),
  },
  {
    what: 'characters of a managed policy',
    most: 6144,
    mend: wider,
    measure: (all) =>
      of(all, 'AWS::IAM::ManagedPolicy').map(({ where, properties }) => [
        where,
        textOf(properties.PolicyDocument).length,
      ]),
  },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
  {
    what: 'bytes of a queue’s policy',
    most: 8192,
    mend: wider,
    measure: (all) =>
      of(all, 'AWS::SQS::QueuePolicy').map(({ where, properties }) => [
        where,
        textOf(properties.PolicyDocument).length,
      ]),
  },
  // https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
  {
    what: 'bytes of a topic’s policy',
    most: 30_720,
    mend: wider,
    measure: (all) =>
      of(all, 'AWS::SNS::TopicPolicy').map(({ where, properties }) => [
        where,
        textOf(properties.PolicyDocument).length,
      ]),
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  {
    what: 'bytes of a function’s variables',
    most: 4096,
    mend: bug,
    measure: (all) =>
      of(all, 'AWS::Lambda::Function').map(({ where, properties }) => [
        where,
        textOf(properties.Environment?.Variables ?? {}).length,
      ]),
  },
  {
    what: 'bytes of a function, unpacked',
    most: 262_144_000,
    mend: `Decision tables, people and forms are part of each function. ${split}`,
    measure: (all) =>
      of(all, 'AWS::Lambda::Function').map(({ where, properties }) => [
        where,
        all.assets[textOf(properties.Code?.S3Key)] ?? 0,
      ]),
  },
  {
    what: 'bytes of who may call a function',
    most: 20_480,
    mend: bug,
    measure: (all) =>
      summed(
        of(all, 'AWS::Lambda::Permission').map(({ where, properties }) => [
          `${where.split('/')[0]}/${textOf(properties.FunctionName)}`,
          // Lambda writes a statement of it, with a name, an effect and conditions
          textOf(properties).length + 200,
        ]),
      ),
  },
  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  {
    what: 'bytes of a state machine’s definition',
    most: 1_048_576,
    mend: 'The workflow has too many steps: let it end in an event that starts another one.',
    measure: (all) =>
      of(all, 'AWS::StepFunctions::StateMachine').map(({ where, properties }) => [
        where,
        all.assets[textOf(properties.DefinitionS3Location?.Key)] ??
          textOf(properties.DefinitionString).length,
      ]),
  },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  ...(['Route', 'Integration'] as const).map((part) => ({
    what: `${part.toLowerCase()}s of the API`,
    most: 300,
    mend: bug,
    measure: (all: Deployment) =>
      counted(of(all, `AWS::ApiGatewayV2::${part}`).map(({ properties }) => textOf(properties.ApiId))),
  })),
  {
    what: 'authorizers of the API',
    most: 10,
    mend: bug,
    measure: (all) =>
      counted(of(all, 'AWS::ApiGatewayV2::Authorizer').map(({ properties }) => textOf(properties.ApiId))),
  },
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  {
    what: 'characters of an alarm’s description',
    most: 1024,
    mend: bug,
    measure: (all) =>
      of(all, 'AWS::CloudWatch::Alarm').map(({ where, properties }) => [
        where,
        properties.AlarmDescription?.length ?? 0,
      ]),
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
  {
    what: 'indexes of the table',
    most: 20,
    mend: bug,
    measure: (all) =>
      of(all, 'AWS::DynamoDB::GlobalTable').map(({ where, properties }) => [
        where,
        properties.GlobalSecondaryIndexes?.length ?? 0,
      ]),
  },
]

const sizeOf = (entries: object | undefined): number => Object.keys(entries ?? {}).length

const counted = (names: readonly string[]): Measure[] => summed(names.map((name) => [name, 1]))

function summed(measures: readonly Measure[]): Measure[] {
  const sums = new Map<string, number>()
  for (const [name, size] of measures) {
    const where = name.replace(/\.+$/, '')
    sums.set(where, (sums.get(where) ?? 0) + size)
  }
  return [...sums]
}
