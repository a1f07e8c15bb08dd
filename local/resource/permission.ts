/*
 * Roles and their policies. Of what they allow, that of DynamoDB and S3 is enforced (permission/policy.ts); the rest is held by
 * tests on the template.
 */
import { readStatements, type Statement } from '../permission/policy.ts'
import { Unmodelled } from '../template/fault.ts'
import { ignored, list, object, used } from '../template/shape.ts'
import { account, type Identity, type Models, type Resource } from './model.ts'

/** A role, as the function that takes it is judged by it. */
export interface RoleDefinition {
  name: string
  /** of all its policies, those about DynamoDB and S3 */
  statements: Statement[]
}

const people = ignored('for people')
const tags = ignored('tags are for the bill')
const users = ignored('nobody here is a user or a group of IAM')

const policy = object({
  PolicyName: people,
  PolicyDocument: used,
  Roles: used,
  Users: users,
  Groups: users,
})

const iamArn = (path: string) => `arn:aws:iam::${account}:${path}`
const policyArn = ({ name }: Identity) => iamArn(`policy/${name}`)
const roleArn = ({ name }: Identity) => iamArn(`role/${name}`)

export const permissionModels: Models = {
  'AWS::IAM::Role': {
    named: 'RoleName',
    shape: object({
      RoleName: used,
      AssumeRolePolicyDocument: ignored('who may take a role is held by tests on the template'),
      Policies: list(object({ PolicyName: people, PolicyDocument: used })),
      ManagedPolicyArns: used,
      MaxSessionDuration: ignored('credentials here are good for as long as the process lives'),
      Description: people,
      Path: ignored('roles lie in no folders here'),
      Tags: tags,
    }),
    ref: ({ name }) => name,
    attributes: { Arn: roleArn, RoleId: ({ name }) => name },
  },
  'AWS::IAM::Policy': { shape: policy, ref: ({ name }) => name, attributes: { Id: ({ name }) => name } },
  'AWS::IAM::ManagedPolicy': {
    named: 'ManagedPolicyName',
    shape: object({
      ManagedPolicyName: used,
      PolicyDocument: used,
      Roles: used,
      Users: users,
      Groups: users,
      Description: people,
      Path: ignored('policies lie in no folders here'),
    }),
    ref: policyArn,
    attributes: { PolicyArn: policyArn },
  },
}

interface RoleProperties {
  Policies?: { PolicyDocument: unknown }[]
  ManagedPolicyArns?: string[]
}

interface PolicyProperties {
  PolicyDocument: unknown
  Roles?: string[]
}

/** AWS's own policies that speak of no table and no bucket. */
const harmless = /:policy\/service-role\/AWSLambda(Basic|VPCAccess)ExecutionRole$/

/** The roles of an assembly by their ARN. Those that no function takes are not looked at. */
export function rolesOf(resources: readonly Resource[]): (arn: string, where: string) => RoleDefinition {
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type))
  const roles = new Map(ofType('AWS::IAM::Role').map((role) => [roleArn(role), role]))
  const attached = ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
  const managed = new Map(ofType('AWS::IAM::ManagedPolicy').map((one) => [policyArn(one), one]))

  function policiesOf(role: Resource): { document: unknown; where: string }[] {
    const { Policies: inline = [], ManagedPolicyArns: arns = [] } = role.properties as RoleProperties
    const named = arns.flatMap((arn) => {
      const found = managed.get(arn)
      if (!found && !harmless.test(arn))
        throw new Unmodelled(
          `${role.where} ManagedPolicyArns`,
          `${arn} is not in the assembly, so what it allows of DynamoDB and S3 is not known here`,
        )
      return found ?? []
    })
    const given = attached.filter(({ properties }) =>
      (properties as unknown as PolicyProperties).Roles?.includes(role.name),
    )
    return [
      ...inline.map(({ PolicyDocument: document }) => ({ document, where: role.where })),
      ...[...new Set([...given, ...named])].map(({ properties, where }) => ({
        document: properties.PolicyDocument,
        where,
      })),
    ]
  }

  return (arn, where) => {
    const role = roles.get(arn)
    if (!role) throw new Unmodelled(`${where} Role`, `${arn} is no role of the assembly`)
    const statements = policiesOf(role).flatMap(({ document, where: place }) =>
      readStatements(document, place),
    )
    return { name: role.name, statements }
  }
}
