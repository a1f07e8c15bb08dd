/* User pools and e-mail identities: who people are, and as whom mail is sent. */
import { ignored, object, used } from '../template/shape.ts'
import { arn, type Identity, type Models, type Resource } from './model.ts'

/** Taken from the metadata `HoldfastDemoUsers` of a user pool. */
export interface DemoUser {
  username: string
  email: string
  name: string
  groups: string[]
}

export interface UserPoolDefinition {
  id: string
  users: DemoUser[]
  clients: { id: string; callbackUrls: string[]; logoutUrls: string[] }[]
}

const cognito = ignored('accounts are the demo accounts that the template names; Cognito manages them on AWS')
const poolId = (identity: Identity) => `${identity.region}_${identity.name}`
const providerName = (identity: Identity) =>
  `cognito-idp.${identity.region}.amazonaws.com/${poolId(identity)}`

export const identityModels: Models = {
  'AWS::Cognito::UserPool': {
    named: 'UserPoolName',
    shape: object({
      UserPoolName: used,
      AccountRecoverySetting: cognito,
      AdminCreateUserConfig: cognito,
      AliasAttributes: cognito,
      AutoVerifiedAttributes: cognito,
      DeletionProtection: ignored('the data folder is never deleted but by --fresh'),
      DeviceConfiguration: cognito,
      EmailConfiguration: cognito,
      EmailVerificationMessage: cognito,
      EmailVerificationSubject: cognito,
      EnabledMfas: cognito,
      MfaConfiguration: cognito,
      Policies: cognito,
      Schema: cognito,
      SmsVerificationMessage: cognito,
      UserAttributeUpdateSettings: cognito,
      UserPoolAddOns: cognito,
      UserPoolTags: ignored('tags are for the bill'),
      UserPoolTier: cognito,
      UsernameAttributes: cognito,
      UsernameConfiguration: cognito,
      VerificationMessageTemplate: cognito,
      WebAuthnRelyingPartyID: cognito,
      WebAuthnUserVerification: cognito,
    }),
    ref: poolId,
    attributes: {
      Arn: (identity) => arn('cognito-idp', identity, `userpool/${poolId(identity)}`),
      ProviderName: providerName,
      ProviderURL: (identity) => `https://${providerName(identity)}`,
      UserPoolId: poolId,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    named: 'ClientName',
    shape: object({
      ClientName: used,
      UserPoolId: used,
      CallbackURLs: used,
      LogoutURLs: used,
      DefaultRedirectURI: cognito,
      AllowedOAuthFlows: cognito,
      AllowedOAuthFlowsUserPoolClient: cognito,
      AllowedOAuthScopes: cognito,
      ExplicitAuthFlows: cognito,
      SupportedIdentityProviders: cognito,
      AccessTokenValidity: cognito,
      IdTokenValidity: cognito,
      RefreshTokenValidity: cognito,
      RefreshTokenRotation: cognito,
      TokenValidityUnits: cognito,
      EnableTokenRevocation: cognito,
      PreventUserExistenceErrors: cognito,
      GenerateSecret: cognito,
      AuthSessionValidity: cognito,
      ReadAttributes: cognito,
      WriteAttributes: cognito,
    }),
    ref: (identity) => identity.name,
    attributes: { ClientId: (identity) => identity.name, Name: (identity) => identity.name },
  },
  'AWS::SES::EmailIdentity': {
    named: 'EmailIdentity',
    shape: object({
      EmailIdentity: used,
      ConfigurationSetAttributes: ignored('bounces and complaints do not happen in the inbox'),
      DkimAttributes: ignored('mail does not leave the machine'),
      DkimSigningAttributes: ignored('mail does not leave the machine'),
      FeedbackAttributes: ignored('mail does not leave the machine'),
      MailFromAttributes: ignored('mail does not leave the machine'),
    }),
    ref: (identity) => identity.name,
    attributes: Object.fromEntries(
      [1, 2, 3].flatMap((number) => [
        [`DkimDNSTokenName${number}`, (identity: Identity) => `local${number}._domainkey.${identity.name}`],
        [`DkimDNSTokenValue${number}`, () => `local${number}.dkim.amazonses.com`],
      ]),
    ),
  },
  'AWS::SES::ConfigurationSet': {
    named: 'Name',
    shape: object({
      Name: used,
      ...Object.fromEntries(
        [
          'DeliveryOptions',
          'ReputationOptions',
          'SendingOptions',
          'SuppressionOptions',
          'TrackingOptions',
          'VdmOptions',
          'Tags',
        ].map((name) => [name, ignored('mail does not leave the machine')]),
      ),
    }),
    ref: (identity) => identity.name,
    attributes: {},
  },
  'AWS::SES::ConfigurationSetEventDestination': {
    shape: object({
      ConfigurationSetName: used,
      EventDestination: ignored('bounces and complaints do not happen in the inbox'),
    }),
    ref: (identity) => identity.name,
    attributes: { Id: (identity) => identity.name },
  },
}

/** Puts a user pool together with its clients. */
export function readUserPool(pool: Resource, resources: Resource[]): UserPoolDefinition {
  const id = poolId(pool)
  const clients = resources.filter(
    (resource) => resource.type === 'AWS::Cognito::UserPoolClient' && resource.properties.UserPoolId === id,
  )
  return {
    id,
    users: (pool.metadata.HoldfastDemoUsers as DemoUser[] | undefined) ?? [],
    clients: clients.map((client) => ({
      id: client.name,
      callbackUrls: (client.properties.CallbackURLs as string[] | undefined) ?? [],
      logoutUrls: (client.properties.LogoutURLs as string[] | undefined) ?? [],
    })),
  }
}
