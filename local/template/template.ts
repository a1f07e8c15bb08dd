/*
 * What the embedded cloud has to run, read from a cloud assembly.
 *
 * Problem: the synthesized templates are written for CloudFormation, which knows every resource; this cloud knows a
 * few, and what it would silently ignore would be a difference to AWS that nobody sees.
 * Representation: each family of resources under resource/ declares the types and properties it models; identities
 * (names, ARNs, addresses) are computed for all resources first, so that references resolve in any order.
 * Invariant: a resource type, property, attribute or function that is neither modelled nor listed as without effect
 * stops the start with a message that names stack, logical id, type and property.
 */
import { bucketModels, readBucket, type BucketDefinition } from '../resource/bucket.ts'
import {
  deployersOf,
  deploymentModels,
  readDeployment,
  type DeploymentDefinition,
} from '../resource/deployment.ts'
import {
  distributionModels,
  readDistribution,
  type DistributionDefinition,
} from '../resource/distribution.ts'
import { apiModels, readApi, type ApiDefinition } from '../resource/http-api.ts'
import {
  applyInvokeConfig,
  functionModels,
  readEventSource,
  readFunction,
  type EventSourceDefinition,
  type FunctionDefinition,
} from '../resource/function.ts'
import { identityModels, readUserPool, type UserPoolDefinition } from '../resource/identity.ts'
import { messagingModels, readStateMachine } from '../resource/messaging.ts'
import { account, type Addresses, type Identity, type Models, type Resource } from '../resource/model.ts'
import { permissionModels, rolesOf } from '../resource/permission.ts'
import { openSecrets, secretModels } from '../resource/secret.ts'
import { readTable, tableModels, type TableDefinition } from '../resource/table.ts'
import { attributeWithoutEffect, refWithoutEffect, withoutEffect } from '../resource/without-effect.ts'
import { mapTexts, swapAddresses } from './address.ts'
import { readAssembly, type RawResource, type Stack } from './assembly.ts'
import { Unmodelled } from './fault.ts'
import { noValue, resolve, type Scope } from './intrinsic.ts'
import { checkShape } from './shape.ts'

export interface Template {
  region: string
  tables: TableDefinition[]
  functions: FunctionDefinition[]
  eventSources: EventSourceDefinition[]
  apis: ApiDefinition[]
  userPools: UserPoolDefinition[]
  queues: Resource[]
  buses: Resource[]
  rules: Resource[]
  stateMachines: Resource[]
  /** Addresses and domains that mail may be sent from. */
  mailIdentities: string[]
  configurationSets: string[]
  buckets: BucketDefinition[]
  distributions: DistributionDefinition[]
  /** Files that lie in buckets once everything is deployed. */
  deployments: DeploymentDefinition[]
  /** What a text of the template becomes here: addresses of AWS are those of this machine. */
  here: (text: string) => string
  outputs: Record<string, unknown>
}

const models: Models = {
  ...tableModels,
  ...functionModels,
  ...apiModels,
  ...messagingModels,
  ...identityModels,
  ...bucketModels,
  ...permissionModels,
  ...secretModels,
  ...distributionModels,
  ...deploymentModels,
}

/**
 * Reads and resolves an assembly.
 * @throws Unmodelled for anything that the embedded cloud would have to ignore
 */
export function readTemplate(folder: string, addresses: Addresses): Template {
  const stacks = readAssembly(folder)
  const exported = new Map<string, () => unknown>()
  const resources: Resource[] = []
  const assets = new Map<string, string>()
  const outputs: Record<string, unknown> = {}
  const reveal = openSecrets()

  for (const stack of stacks) {
    const scope = scopeOf(stack, { addresses, exported, reveal })
    const deployers = deployersOf(stack.template)
    for (const [key, path] of stack.assets) assets.set(key, path)
    for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
      if (output.Condition && !scope.condition(output.Condition)) continue
      const where = `${stack.name}/${name} (output)`
      const value = () => scope.resolve(output.Value, where)
      if (output.Export) exported.set(String(scope.resolve(output.Export.Name, where)), value)
      else outputs[`${stack.name}.${name}`] = value()
    }
    for (const [logicalId, raw] of Object.entries(stack.template.Resources ?? {})) {
      if (raw.Condition && !scope.condition(raw.Condition)) continue
      if (withoutEffect[raw.Type] || deployers.has(logicalId)) continue
      resources.push(readResource(scope, logicalId, raw))
    }
  }
  const { region } = stacks[0]!
  return {
    ...sortOut(region, resources, assets),
    outputs,
    here: (text) => swapAddresses(text, region, addresses),
  }
}

function readResource(scope: StackScope, logicalId: string, raw: RawResource): Resource {
  const where = `${scope.stack.name}/${logicalId} (${raw.Type})`
  const model = models[raw.Type]
  if (!model)
    throw new Unmodelled(
      where,
      `the embedded cloud does not model this resource type; it models ${Object.keys(models).join(', ')}`,
    )
  const properties = scope.resolve(raw.Properties ?? {}, where) as Record<string, unknown>
  checkShape(properties, model.shape, where)
  return {
    ...scope.identity(logicalId),
    type: raw.Type,
    where,
    properties,
    metadata: scope.resolve(raw.Metadata ?? {}, where) as Record<string, unknown>,
  }
}

function sortOut(
  region: string,
  resources: Resource[],
  assets: Map<string, string>,
): Omit<Template, 'outputs' | 'here'> {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type)
  const roleOf = rolesOf(resources)
  const functions = ofType('AWS::Lambda::Function').map((resource) => readFunction(resource, assets, roleOf))
  for (const resource of ofType('AWS::Lambda::EventInvokeConfig')) applyInvokeConfig(resource, functions)
  return {
    region,
    tables: ofType('AWS::DynamoDB::GlobalTable').map(readTable),
    functions,
    eventSources: ofType('AWS::Lambda::EventSourceMapping').map((resource) =>
      readEventSource(resource, functions),
    ),
    apis: ofType('AWS::ApiGatewayV2::Api').map((api) => readApi(api, resources)),
    userPools: ofType('AWS::Cognito::UserPool').map((pool) => readUserPool(pool, resources)),
    queues: ofType('AWS::SQS::Queue'),
    buses: ofType('AWS::Events::EventBus'),
    rules: ofType('AWS::Events::Rule'),
    stateMachines: ofType('AWS::StepFunctions::StateMachine').map((machine) =>
      readStateMachine(machine, assets),
    ),
    mailIdentities: ofType('AWS::SES::EmailIdentity').map(({ name }) => name),
    configurationSets: ofType('AWS::SES::ConfigurationSet').map(({ name }) => name),
    buckets: ofType('AWS::S3::Bucket').map(readBucket),
    distributions: ofType('AWS::CloudFront::Distribution').map((one) => readDistribution(one, resources)),
    deployments: ofType('Custom::CDKBucketDeployment').map((one) => readDeployment(one, assets)),
  }
}

interface StackScope extends Scope {
  stack: Stack
  identity(logicalId: string): Identity
  resolve(value: unknown, where: string): unknown
}

interface Surroundings {
  addresses: Addresses
  exported: Map<string, () => unknown>
  /** puts secrets where a text refers to them */
  reveal: ReturnType<typeof openSecrets>
}

function scopeOf(stack: Stack, { addresses, exported, reveal }: Surroundings): StackScope {
  const { template } = stack
  const identities = new Map<string, Identity>()
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': account,
    'AWS::Region': stack.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${account}:stack/${stack.name}/local`,
    'AWS::NoValue': noValue,
  }
  const missing = (what: string) => new Unmodelled(stack.name, what)

  const scope: StackScope = {
    stack,
    resolve(value, where) {
      const resolved = resolve(value, scope, where)
      return mapTexts(resolved, (text) => swapAddresses(reveal(text, where), stack.region, addresses))
    },
    identity(logicalId) {
      let identity = identities.get(logicalId)
      if (!identity) {
        const raw = template.Resources?.[logicalId]
        const property = raw && models[raw.Type]?.named
        const given = property && raw.Properties?.[property]
        const name =
          given === undefined ? nameOf(stack, logicalId) : scope.resolve(given, `${stack.name}/${logicalId}`)
        identity = { stack: stack.name, logicalId, name: String(name), region: stack.region, addresses }
        identities.set(logicalId, identity)
      }
      return identity
    },
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name]
      const parameter = template.Parameters?.[name]
      if (parameter) return parameterValue(parameter, `${stack.name}/${name} (parameter)`)
      const raw = template.Resources?.[name]
      if (!raw)
        throw missing(
          `Ref names ${name}, which is neither a resource, a parameter nor a known pseudo parameter`,
        )
      const model = models[raw.Type]
      if (model) return model.ref(scope.identity(name))
      if (withoutEffect[raw.Type]) return refWithoutEffect(raw.Type, scope.identity(name))
      throw missing(`Ref names ${name} of the type ${raw.Type}, which is not modelled`)
    },
    attribute(logicalId, name) {
      const raw = template.Resources?.[logicalId]
      if (!raw) throw missing(`Fn::GetAtt names ${logicalId}, which is no resource`)
      const model = models[raw.Type]
      const value = model
        ? model.attributes[name]?.(scope.identity(logicalId))
        : withoutEffect[raw.Type] && attributeWithoutEffect(raw.Type, scope.identity(logicalId), name)
      if (value !== undefined) return value
      const known = model ? `; it knows ${Object.keys(model.attributes).join(', ') || 'none'}` : ''
      throw new Unmodelled(
        `${stack.name}/${logicalId} (${raw.Type})`,
        `the embedded cloud does not model the attribute ${name}${known}`,
      )
    },
    importValue(name) {
      const value = exported.get(name)
      if (!value) throw missing(`Fn::ImportValue names ${name}, which no stack before this one exports`)
      return value()
    },
    condition(name) {
      const condition = template.Conditions?.[name]
      if (condition === undefined) throw missing(`there is no condition ${name}`)
      return Boolean(resolve(condition, scope, `${stack.name}/${name} (condition)`))
    },
    mapping(map, first, second) {
      const value = template.Mappings?.[map]?.[first]?.[second]
      if (value === undefined) throw missing(`there is no mapping ${map}.${first}.${second}`)
      return value
    },
  }
  return scope
}

/** CDK ends a logical id with eight digits of a hash; without them names are readable, unless that makes two alike. */
function nameOf(stack: Stack, logicalId: string): string {
  const short = (id: string) => id.replace(/[0-9A-F]{8}$/, '')
  const type = stack.template.Resources?.[logicalId]?.Type
  const alike = Object.entries(stack.template.Resources ?? {}).filter(
    ([id, { Type }]) => Type === type && short(id) === short(logicalId),
  )
  return `${stack.name}-${alike.length > 1 ? logicalId : short(logicalId)}`
}

function parameterValue(parameter: { Type: string; Default?: unknown }, where: string): unknown {
  const isBootstrapVersion = String(parameter.Default).startsWith('/cdk-bootstrap/')
  if (parameter.Type.startsWith('AWS::SSM::') && !isBootstrapVersion)
    throw new Unmodelled(
      where,
      'values from the parameter store are not modelled, give the parameter a plain default',
    )
  if (parameter.Default === undefined) throw new Unmodelled(where, 'a parameter needs a default to run here')
  return parameter.Default
}
