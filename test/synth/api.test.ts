import { describe, expect, test } from 'vitest'
import { resolve } from 'node:path'
import { allDoors } from '#infra/doors.ts'
import { first, idOf, ofType, resources } from './template.ts'

/** Routes that anybody may call; every other one asks for a token. */
const publicRoutes = [
  'GET /',
  'HEAD /',
  'GET /docs',
  'GET /docs/api',
  'GET /robots.txt',
  'GET /favicon.ico',
  'GET /forms/{formId}',
  'GET /forms/{formId}/thanks',
  'ANY /f/{formId}',
  'GET /.well-known/holdfast',
  'GET /openapi.json',
  '$default',
]

describe('the API', () => {
  test('every route but the public ones asks for a token', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties)
    const open = routes
      .filter((route) => route.AuthorizationType !== 'CUSTOM')
      .map((route) => route.RouteKey as string)
    expect(open.toSorted()).toEqual(publicRoutes.toSorted())
    for (const route of routes.filter((route) => route.AuthorizationType === 'CUSTOM'))
      expect(resources[idOf(route.AuthorizerId)]?.Type).toBe('AWS::ApiGatewayV2::Authorizer')
  })

  test('has the routes that its functions and the kinds of records say, in three languages', async () => {
    const { routed } = await allDoors(resolve('functions'))
    const routes = ofType('AWS::ApiGatewayV2::Route').map(
      ([, { Properties }]) => Properties.RouteKey as string,
    )
    expect(routed.flatMap((group) => group.routes).toSorted()).toEqual(routes.toSorted())
    const unasked = [
      'GET /',
      'HEAD /',
      'GET /docs',
      'GET /docs/api',
      'GET /robots.txt',
      'GET /favicon.ico',
      '$default',
    ]
    const untold = routed.filter(({ words }) => !words?.en || !words.uk || !words.ru)
    expect(untold.flatMap((group) => group.routes).toSorted()).toEqual(unasked.toSorted())
  })

  test('asks one function who calls, and a change holds within a minute', () => {
    const [id, { Properties: authorizer }] = first('AWS::ApiGatewayV2::Authorizer')
    expect(ofType('AWS::ApiGatewayV2::Authorizer'), 'every route the same way in').toHaveLength(1)
    expect(authorizer).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Authorization'],
    })
    const [asked] = Object.keys(resources).filter(
      (name) =>
        resources[name]!.Type === 'AWS::Lambda::Function' &&
        JSON.stringify(authorizer.AuthorizerUri).includes(`"${name}"`),
    )
    expect(asked).toMatch(/^OnAuthorize/)
    // An authorizer that takes longer than 10 seconds is a failure for the gateway.
    expect(resources[asked!]!.Properties.Timeout).toBeLessThanOrEqual(10)
    expect(resources[asked!]!.Properties.Environment.Variables).toMatchObject({
      ISSUER: { 'Fn::GetAtt': [expect.stringMatching(/^AccountsUserPool/), 'ProviderURL'] },
      CLIENT_ID: { Ref: expect.stringMatching(/^AccountsUserPoolClient/) },
    })
    const permitted = ofType('AWS::Lambda::Permission').filter(
      ([, { Properties }]) =>
        idOf(Properties.FunctionName) === asked && JSON.stringify(Properties.SourceArn).includes(id),
    )
    expect(permitted).toHaveLength(1)
  })

  test('and no other one may call its functions, each by one permission for all of its routes', () => {
    const [api] = first('AWS::ApiGatewayV2::Api')
    const permissions = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => Properties)
    const called = new Map<string, string[]>()
    for (const [, { Properties: route }] of ofType('AWS::ApiGatewayV2::Route')) {
      const integration = idOf(route.Target['Fn::Join'][1].at(-1))
      const to = idOf(resources[integration]!.Properties.IntegrationUri)
      called.set(to, [...(called.get(to) ?? []), route.RouteKey as string])
    }
    expect(called.size).toBeGreaterThan(10)
    const caller = { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' }
    for (const [to, keys] of called) {
      const own = permissions.filter(({ FunctionName }) => idOf(FunctionName) === to)
      expect(own, to).toMatchObject([caller])
      const parts = own[0]!.SourceArn['Fn::Join'][1] as unknown[]
      expect(parts.slice(0, -1), to).toEqual([
        'arn:',
        { Ref: 'AWS::Partition' },
        ':execute-api:',
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        ':',
        { Ref: api },
      ])
      const permitted = new RegExp(`^${String(parts.at(-1)).replaceAll('*', '.*')}$`)
      for (const key of keys) {
        const [verb, path] = key.split(' ')
        expect(path === undefined ? `/$default/${verb}` : `/$default/*${path}`, key).toMatch(permitted)
      }
    }
  })

  test('whoever asks who calls reads the keys of programs and nothing of customers', () => {
    const policies = ofType('AWS::IAM::Policy').filter(([id]) => id.startsWith('OnAuthorize'))
    const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    const onTable = statements.filter((one: any) => JSON.stringify(one.Action).includes('dynamodb:'))
    expect(onTable).toHaveLength(1)
    expect(onTable[0]).toMatchObject({
      Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['main#key', 'canary#key'] } },
    })
  })

  test('is throttled, and forms so late that one program alone turns no customer away', () => {
    const [, { Properties: stage }] = first('AWS::ApiGatewayV2::Stage')
    expect(stage.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0)
    const forms = stage.RouteSettings['ANY /f/{formId}']
    expect(forms.ThrottlingRateLimit).toBe(1000)
    // Of an account's 5,000.
    expect(forms.ThrottlingBurstLimit).toBe(3000)
  })

  test('logs nothing that tells who asked', () => {
    const [, { Properties: stage }] = first('AWS::ApiGatewayV2::Stage')
    const fields = stage.AccessLogSettings.Format.match(/\$context\.[\w.]+/g)
    expect(fields).toContain('$context.routeKey')
    expect(
      fields.filter((field: string) => /identity|path|authorizer|userAgent|domainName/i.test(field)),
    ).toEqual([])
  })
})
