/*
 * What Cognito refuses only when a stack is being created, so that no synthesis and no linter sees it. Sources: the
 * pages of UserPool, UserPoolClient and UserPoolDomain in the CloudFormation reference, CreateUserPool,
 * CreateUserPoolClient and CreateUserPoolDomain in the API reference, "Refresh tokens" in the developer guide.
 */

interface Resource {
  Type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have every shape
  Properties: Record<string, any>
}

type Resources = Record<string, Resource>

/** A sentence for each property that Cognito would refuse; `Ref`s and other functions of the template are passed over. */
export function cognitoFaults(resources: Resources): string[] {
  const of = (type: string) =>
    Object.entries(resources).filter(([, { Type }]) => Type === `AWS::Cognito::${type}`)
  return [
    ...of('UserPool').flatMap(([id, pool]) => poolFaults(pool.Properties).map((fault) => `${id}: ${fault}`)),
    ...of('UserPoolClient').flatMap(([id, { Properties }]) => {
      const pool = resources[Properties.UserPoolId?.Ref]?.Properties ?? {}
      return clientFaults(Properties, pool).map((fault) => `${id}: ${fault}`)
    }),
    ...of('UserPoolDomain').flatMap(([id, { Properties }]) =>
      domainFaults(Properties).map((fault) => `${id}: ${fault}`),
    ),
  ]
}

const when = (broken: boolean, fault: string): string[] => (broken ? [fault] : [])
const beyond = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && (value < least || value > most)

function poolFaults(pool: Resource['Properties']): string[] {
  const schema: Resource['Properties'][] = pool.Schema ?? []
  const verified: string[] = pool.AutoVerifiedAttributes ?? []
  const kept: string[] = pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  const password = pool.Policies?.PasswordPolicy ?? {}
  return [
    ...when(
      pool.AliasAttributes !== undefined && pool.UsernameAttributes !== undefined,
      'AliasAttributes and UsernameAttributes exclude each other',
    ),
    ...(pool.AliasAttributes ?? []).flatMap((name: string) =>
      when(!['email', 'phone_number', 'preferred_username'].includes(name), `${name} cannot be an alias`),
    ),
    ...kept.flatMap((name) =>
      when(
        !verified.includes(name),
        `${name} is verified before an update, but not in AutoVerifiedAttributes`,
      ),
    ),
    ...when(beyond(password.MinimumLength, 6, 99), 'MinimumLength of a password is 6 to 99'),
    ...when(
      beyond(password.TemporaryPasswordValidityDays, 0, 365),
      'a temporary password lives 0 to 365 days',
    ),
    ...when(
      ['ON', 'OPTIONAL'].includes(pool.MfaConfiguration) && !pool.EnabledMfas?.length,
      'MfaConfiguration asks for a factor, EnabledMfas names none',
    ),
    ...schema.flatMap(({ Name, AttributeDataType, Required, StringAttributeConstraints: text }) => [
      ...when(
        !/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}$/u.test(Name),
        `the attribute name ${Name} has 1 to 20 characters`,
      ),
      ...when(Required && AttributeDataType !== undefined, `the custom attribute ${Name} cannot be required`),
      ...when(beyond(Number(text?.MaxLength ?? 0), 0, 2048), `MaxLength of ${Name} is at most 2048`),
    ]),
  ]
}

/** Attributes that every user pool has. */
const standard =
  'address birthdate email email_verified family_name gender given_name locale middle_name name nickname phone_number phone_number_verified picture preferred_username profile sub updated_at website zoneinfo'.split(
    ' ',
  )
/** Whether somebody owns an address is found out by Cognito or said by an administrator. */
const writtenByNobody = ['sub', 'email_verified', 'phone_number_verified']

function clientFaults(client: Resource['Properties'], pool: Resource['Properties']): string[] {
  const schema: Resource['Properties'][] = pool.Schema ?? []
  const nameOf = (one: Resource['Properties']) =>
    one.AttributeDataType === undefined ? one.Name : `custom:${one.Name}`
  const known = [...standard, ...schema.map(nameOf)]
  const required = schema.filter(({ Required }) => Required).map(nameOf)
  const write: string[] | undefined = client.WriteAttributes
  const read: string[] | undefined = client.ReadAttributes
  return [
    ...when(write === undefined, 'without WriteAttributes people may write every attribute'),
    ...required.flatMap((name) => [
      ...when(write !== undefined && !write.includes(name), `may not write ${name}, which the pool requires`),
      ...when(read !== undefined && !read.includes(name), `may not read ${name}, which the pool requires`),
    ]),
    ...[...(write ?? []), ...(read ?? [])].flatMap((name) =>
      when(!known.includes(name), `the pool has no attribute ${name}`),
    ),
    ...(write ?? []).flatMap((name) => when(writtenByNobody.includes(name), `${name} is written by nobody`)),
    ...tokenFaults(client),
    ...flowFaults(client),
  ]
}

const seconds: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

function tokenFaults(client: Resource['Properties']): string[] {
  const units = client.TokenValidityUnits ?? {}
  const life = (name: 'Access' | 'Id' | 'Refresh', unit: string): number | undefined => {
    const value = client[`${name}TokenValidity`]
    return value === undefined ? undefined : value * (seconds[units[`${name}Token`] ?? unit] ?? Number.NaN)
  }
  const access = life('Access', 'hours') ?? 3600
  const id = life('Id', 'hours') ?? 3600
  const refresh = life('Refresh', 'days') ?? 30 * 86_400
  const rotates = client.RefreshTokenRotation?.Feature === 'ENABLED'
  return [
    ...when(!(access >= 300 && access <= 86_400), 'an access token lives 5 minutes to 1 day'),
    ...when(!(id >= 300 && id <= 86_400), 'an ID token lives 5 minutes to 1 day'),
    ...when(!(refresh >= 3600 && refresh <= 3650 * 86_400), 'a refresh token lives 1 hour to 10 years'),
    ...when(refresh < Math.max(access, id), 'a refresh token lives no shorter than the others'),
    ...when(
      rotates && client.ExplicitAuthFlows?.includes('ALLOW_REFRESH_TOKEN_AUTH'),
      'a refresh token that rotates excludes ALLOW_REFRESH_TOKEN_AUTH',
    ),
    ...when(
      beyond(client.RefreshTokenRotation?.RetryGracePeriodSeconds, 0, 60),
      'RetryGracePeriodSeconds is 0 to 60',
    ),
    ...when(beyond(client.AuthSessionValidity, 3, 15), 'AuthSessionValidity is 3 to 15 minutes'),
  ]
}

const scopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin']

function flowFaults(client: Resource['Properties']): string[] {
  const flows: string[] = client.AllowedOAuthFlows ?? []
  const asked: string[] = client.AllowedOAuthScopes ?? []
  const callbacks: string[] = client.CallbackURLs ?? []
  const addresses = [...callbacks, ...(client.LogoutURLs ?? [])].filter((one) => typeof one === 'string')
  const forPeople = flows.some((flow) => flow === 'code' || flow === 'implicit')
  const { DefaultRedirectURI: first } = client
  return [
    ...when(
      flows.length > 0 && client.AllowedOAuthFlowsUserPoolClient !== true,
      'flows without AllowedOAuthFlowsUserPoolClient',
    ),
    ...when(
      flows.includes('client_credentials') && (flows.length > 1 || client.GenerateSecret !== true),
      'client_credentials stands alone and needs a secret',
    ),
    ...when(flows.length > 0 && asked.length === 0, 'flows without a scope'),
    ...when(forPeople && callbacks.length === 0, 'the code flow without an address to return to'),
    ...when(
      asked.some((scope) => ['email', 'phone', 'profile'].includes(scope)) && !asked.includes('openid'),
      'email, phone and profile need the scope openid',
    ),
    ...asked.flatMap((scope) =>
      when(!scopes.includes(scope) && !scope.includes('/'), `there is no scope ${scope}`),
    ),
    ...when(callbacks.length > 100, 'at most 100 addresses to return to'),
    ...when(first !== undefined && !callbacks.includes(first), 'DefaultRedirectURI is none of CallbackURLs'),
    ...addresses.flatMap((address) => {
      const url = URL.canParse(address) ? new URL(address) : undefined
      const isLocal = url?.protocol === 'http:' && url.hostname === 'localhost'
      return when(
        !url || (url.protocol === 'http:' && !isLocal) || url.hash !== '' || address.length > 1024,
        `${address}: https, or http://localhost, without a fragment, at most 1,024 characters`,
      )
    }),
  ]
}

function domainFaults({ Domain, CustomDomainConfig, ManagedLoginVersion }: Resource['Properties']): string[] {
  const text = joined(Domain)
  return [
    ...when(
      CustomDomainConfig === undefined && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text),
      `the domain ${text}: 1 to 63 small letters, digits and hyphens`,
    ),
    ...when(
      CustomDomainConfig === undefined && /aws|amazon|cognito/.test(text),
      `the domain ${text} has a word that AWS keeps for itself`,
    ),
    ...when(
      ManagedLoginVersion !== undefined && ![1, 2].includes(ManagedLoginVersion),
      'ManagedLoginVersion is 1 or 2',
    ),
  ]
}

/** The text of a `Fn::Join` in which the number of the account stands for a Ref. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value
  const parts = (value as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join']
  return parts
    ? parts[1].map((part) => (typeof part === 'string' ? part : '123456789012')).join(parts[0])
    : ''
}
