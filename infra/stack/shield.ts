import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { acknowledge } from '../construct/acknowledge.ts'
import type { ShieldSecret } from '../construct/shield-secret.ts'
import type { FirewallStack } from './firewall.ts'

export interface ShieldStackProps extends StackProps {
  firewall: FirewallStack
  /** host name of the API */
  apiDomain: string
  secret: ShieldSecret
}

/** The headers are those of functions/adapter/http/sender.ts; what a visitor sends under their names is replaced. */
const tellViewer = `function handler(event) {
  var request = event.request
  request.headers['x-holdfast-viewer'] = { value: event.viewer.ip }
  return request
}`

/** What CloudFront would keep for ten seconds, and give to others than those who were refused. */
const errors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

/**
 * An optional CloudFront in front of the API: it passes everything on and keeps nothing, behind a firewall that refuses floods
 * before they cost an invocation. The API stays open at its own address, so that a form which still posts there loses nobody.
 */
export class ShieldStack extends Stack {
  constructor(scope: Construct, id: string, props: ShieldStackProps) {
    const { firewall, apiDomain, secret, ...stackProps } = props
    super(scope, id, stackProps)
    const viewer = new EdgeFunction(this, 'Viewer', {
      comment: 'Tells the API who asks',
      code: FunctionCode.fromInline(tellViewer),
      runtime: FunctionRuntime.JS_2_0,
    })
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Holdfast',
      webAclId: firewall.rules.attrArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      // North America and Europe; others are served from there.
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: new HttpOrigin(apiDomain, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          customHeaders: { 'x-holdfast-shield': secret.text },
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // All headers, Authorization and Idempotency-Key among them; an HTTP API knows itself by its own Host only.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        functionAssociations: [{ function: viewer, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      errorResponses: errors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    })
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Customers write from every country.',
      'AwsSolutions-CFR3':
        'Its log would hold the address of everybody who asks; the API’s own log tells what is needed, and nobody.',
      'AwsSolutions-CFR4':
        'Under the name cloudfront.net the oldest protocol cannot be chosen; a name of its own needs a certificate of its own.',
    })
    new CfnOutput(this, 'ShieldUrl', { value: `https://${distribution.distributionDomainName}` })
  }
}
