/* A small assembly whose API and files are reached through a distribution, as `cdk synth` would write it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { resources, writeAssembly, type Resources } from '../fixture/assembly.ts'

const attribute = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] })
const join2 = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] })

/** Of more than a kilobyte, so that CloudFront compresses it. */
export const script = `export const words = ${JSON.stringify('lead '.repeat(400))}\n`
export const small = 'export {}\n'

/** By asset, its files. `config.json` has what is known only when a stack is deployed. */
const folders: Record<string, Record<string, string>> = {
  assets: { 'app-1a2b.js': script, 'small-3c4d.js': small, 'font-5e6f.woff2': 'x'.repeat(2000) },
  pages: { 'index.html': '<!doctype html>Console', 'version.json': '{"version":"1"}' },
  config: {
    'config.json':
      '{"issuer":"<<0>>","signOut":"https://<<1>>.auth.<<2>>.amazoncognito.com/logout","at":"<<3>>"}',
  },
}

const behaviour = {
  AllowedMethods: ['GET', 'HEAD'],
  CachePolicyId: { Ref: 'Cache' },
  Compress: true,
  FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: attribute('FindPage', 'FunctionARN') }],
  ResponseHeadersPolicyId: { Ref: 'Headers' },
  TargetOriginId: 'files',
  ViewerProtocolPolicy: 'redirect-to-https',
}

const edgeFunction = (code: string) => ({
  Type: 'AWS::CloudFront::Function',
  Properties: {
    Name: 'one',
    AutoPublish: true,
    FunctionCode: code,
    FunctionConfig: { Comment: 'one', Runtime: 'cloudfront-js-2.0' },
  },
})

const deployment = (prefix: string, names: string[], cacheControl: string, markers: object[] = []) => ({
  Type: 'Custom::CDKBucketDeployment',
  Properties: {
    ServiceToken: attribute('Deployer', 'Arn'),
    SourceBucketNames: names.map(() => 'assets'),
    SourceObjectKeys: names.map((name) => `${name}.zip`),
    SourceMarkers: markers,
    SourceMarkersConfig: markers.map(() => ({ jsonEscape: true })),
    DestinationBucketName: { Ref: 'Site' },
    DestinationBucketKeyPrefix: prefix,
    Prune: false,
    SystemMetadata: { 'cache-control': cacheControl },
  },
})

export const config = {
  CacheBehaviors: [
    { ...behaviour, PathPattern: '/app' },
    { ...behaviour, PathPattern: '/app/*' },
  ],
  CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }],
  DefaultCacheBehavior: {
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    Compress: true,
    FunctionAssociations: [
      { EventType: 'viewer-request', FunctionARN: attribute('TellViewer', 'FunctionARN') },
    ],
    OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    TargetOriginId: 'api',
    ViewerProtocolPolicy: 'redirect-to-https',
  },
  Enabled: true,
  Origins: [
    {
      Id: 'api',
      DomainName: join2({ Ref: 'Http' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', {
        Ref: 'AWS::URLSuffix',
      }),
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
      OriginCustomHeaders: [
        {
          HeaderName: 'X-Secret',
          HeaderValue: join2('{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:::}}'),
        },
      ],
    },
    {
      Id: 'files',
      DomainName: attribute('Site', 'RegionalDomainName'),
      OriginAccessControlId: attribute('Access', 'Id'),
      S3OriginConfig: { OriginAccessIdentity: '' },
    },
  ],
}

/** What CloudFront may do with the bucket, and that nobody may without TLS. */
export const sitePolicy = (actions: string | string[] = 's3:GetObject', distribution?: string) => ({
  Statement: [
    {
      Effect: 'Deny',
      Action: 's3:*',
      Principal: { AWS: '*' },
      Resource: [attribute('Site', 'Arn'), join2(attribute('Site', 'Arn'), '/*')],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Effect: 'Allow',
      Action: actions,
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Resource: [attribute('Site', 'Arn'), join2(attribute('Site', 'Arn'), '/*')],
      Condition: {
        StringEquals: {
          'AWS:SourceArn': join2(
            'arn:aws:cloudfront::',
            { Ref: 'AWS::AccountId' },
            ':distribution/',
            distribution ?? { Ref: 'Front' },
          ),
        },
      },
    },
  ],
})

/** Of every type one; the API answers `/echo/{name}` with what came to it. */
export function siteResources(): Resources {
  return {
    ...resources(),
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 48 } },
    },
    Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'demo-site' } },
    SitePolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Site' }, PolicyDocument: sitePolicy() },
    },
    TellViewer: edgeFunction(
      "function handler(event) { var request = event.request; request.headers['x-viewer'] = { value: event.viewer.ip }; return request }",
    ),
    FindPage: edgeFunction(
      "function handler(event) { var request = event.request; if (request.uri.split('/').pop().indexOf('.') < 0) request.uri = '/app/index.html'; return request }",
    ),
    Access: {
      Type: 'AWS::CloudFront::OriginAccessControl',
      Properties: {
        OriginAccessControlConfig: {
          Name: 'one',
          OriginAccessControlOriginType: 's3',
          SigningBehavior: 'always',
          SigningProtocol: 'sigv4',
        },
      },
    },
    Cache: {
      Type: 'AWS::CloudFront::CachePolicy',
      Properties: {
        CachePolicyConfig: {
          Name: 'one',
          MinTTL: 1,
          DefaultTTL: 1,
          MaxTTL: 31_536_000,
          ParametersInCacheKeyAndForwardedToOrigin: {
            CookiesConfig: { CookieBehavior: 'none' },
            EnableAcceptEncodingBrotli: true,
            EnableAcceptEncodingGzip: true,
            HeadersConfig: { HeaderBehavior: 'none' },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        },
      },
    },
    Headers: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: {
        ResponseHeadersPolicyConfig: {
          Name: 'one',
          SecurityHeadersConfig: {
            ContentSecurityPolicy: {
              ContentSecurityPolicy: join2("connect-src 'self' ", attribute('Users', 'ProviderURL'), '/'),
              Override: true,
            },
            ContentTypeOptions: { Override: true },
            StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Override: true },
          },
          CustomHeadersConfig: {
            Items: [
              { Header: 'X-Own', Value: 'always', Override: true },
              { Header: 'Cache-Control', Value: 'kept as the file says', Override: false },
            ],
          },
        },
      },
    },
    Front: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: config } },
    Layer: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: {} } },
    Deployer: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'python3.13', Layers: [{ Ref: 'Layer' }], Handler: 'index.handler' },
    },
    DeployAssets: deployment('app/assets', ['assets'], 'public, max-age=31536000, immutable'),
    DeployPages: deployment('app', ['pages', 'config'], 'no-cache', [
      {},
      {
        '<<0>>': attribute('Users', 'ProviderURL'),
        '<<1>>': 'demo',
        '<<2>>': { Ref: 'AWS::Region' },
        '<<3>>': join2('https://', attribute('Front', 'DomainName'), '/app/"'),
      },
    ]),
  }
}

/** Writes the assembly, and what its deployments put, into `folder` and returns it. */
export function writeSite(
  folder: string,
  content: Resources = siteResources(),
  more: typeof folders = {},
): string {
  writeAssembly(folder, content)
  const manifest = join(folder, 'Demo.assets.json')
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Record<string, object> }
  for (const [name, its] of Object.entries({ ...folders, ...more })) {
    for (const [file, text] of Object.entries(its)) {
      const path = join(folder, `asset.${name}`, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
    files[name] = {
      source: { path: `asset.${name}`, packaging: 'zip' },
      destinations: { here: { objectKey: `${name}.zip` } },
    }
  }
  writeFileSync(manifest, JSON.stringify({ files }))
  return folder
}
