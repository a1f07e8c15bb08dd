import { describe, expect, test } from 'vitest'
import { callbackAddresses } from '#core/access/sign-in.ts'
import { cognitoFaults } from '../suite/cognito-rule.ts'
import { first, ofType, resources } from './template.ts'

describe('accounts', () => {
  /** The template with one property of one resource changed; `undefined` takes it away. */
  const changed = (type: string, properties: Record<string, unknown>) =>
    cognitoFaults(
      Object.fromEntries(
        Object.entries(resources).map(([id, resource]) => [
          id,
          resource.Type === `AWS::Cognito::${type}`
            ? { ...resource, Properties: { ...resource.Properties, ...properties } }
            : resource,
        ]),
      ),
    )

  test('have nothing that Cognito refuses', () => {
    expect(ofType('AWS::Cognito::UserPoolDomain')).toHaveLength(1)
    expect(cognitoFaults(resources)).toEqual([])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['UserPool', { Schema: [{ Name: 'email', Required: true }] }, 'may not write email'],
    ['UserPool', { UsernameAttributes: ['email'] }, 'exclude each other'],
    ['UserPool', { AutoVerifiedAttributes: [] }, 'verified before an update'],
    ['UserPool', { EnabledMfas: undefined }, 'names none'],
    ['UserPoolClient', { WriteAttributes: undefined }, 'every attribute'],
    ['UserPoolClient', { WriteAttributes: ['email_verified'] }, 'by nobody'],
    ['UserPoolClient', { ReadAttributes: ['custom:other'] }, 'no attribute custom:other'],
    ['UserPoolClient', { IdTokenValidity: 2 }, 'an ID token lives'],
    ['UserPoolClient', { TokenValidityUnits: { AccessToken: 'days' } }, 'an access token lives'],
    ['UserPoolClient', { RefreshTokenValidity: 30 }, 'a refresh token lives'],
    ['UserPoolClient', { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] }, 'excludes'],
    ['UserPoolClient', { AllowedOAuthFlowsUserPoolClient: false }, 'AllowedOAuthFlowsUserPoolClient'],
    ['UserPoolClient', { AllowedOAuthScopes: ['email'] }, 'need the scope openid'],
    ['UserPoolClient', { AllowedOAuthFlows: ['client_credentials'] }, 'needs a secret'],
    ['UserPoolClient', { CallbackURLs: ['http://127.0.0.1:3000/'] }, 'http://localhost'],
    ['UserPoolClient', { CallbackURLs: [] }, 'address to return to'],
    ['UserPoolDomain', { Domain: 'Holdfast' }, 'small letters'],
    ['UserPoolDomain', { Domain: 'holdfast-on-aws' }, 'keeps for itself'],
  ])('%s %j would be refused', (type, properties, words) => {
    expect(changed(type, properties).join()).toContain(words)
  })

  test('no client lets people write who they are or where a password is sent to', () => {
    const clients = ofType('AWS::Cognito::UserPoolClient')
    expect(clients.length).toBeGreaterThan(0)
    for (const [id, { Properties: client }] of clients) {
      expect(client.WriteAttributes, id).not.toContain('custom:person')
      expect(client.WriteAttributes, id).not.toContain('email')
      expect(client.ReadAttributes, id).toContain('custom:person')
    }
  })

  test('people sign in with a code, without a secret, and return to the command line or the console', () => {
    const [, { Properties: client }] = first('AWS::Cognito::UserPoolClient')
    const [distribution] = first('AWS::CloudFront::Distribution')
    const domain = { 'Fn::GetAtt': [distribution, 'DomainName'] }
    const page = { 'Fn::Join': ['', ['https://', domain, '/app/sign-in']] }
    expect(client).toMatchObject({
      AllowedOAuthFlows: ['code'],
      CallbackURLs: [...callbackAddresses, page],
      LogoutURLs: [page],
      GenerateSecret: false,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
    })
  })
})
