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
  S3OriginAccessControl,
  Signing,
  ViewerProtocolPolicy,
  type BehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Duration, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import type { Usable, Use } from '../function.ts'
import { findPage, tellViewer } from './edge-function.ts'
import { PagePolicy, type AskedOrigins } from './page-policy.ts'
import type { ViewerSecret } from './viewer-secret.ts'

export interface OneOriginProps {
  /** host name of the API */
  apiDomain: string
  secret: ViewerSecret
  /** the console's files */
  bucket: Bucket
  asked: AskedOrigins
  /** ARN of the firewall in front; default: none stands there */
  firewall?: string
}

/** What CloudFront would keep for ten seconds, and give to others than those who were refused. */
const errors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

/**
 * One address for the console and the API, so that neither asks another origin: `/app` and all below it is the console, of the
 * bucket; everything else is passed on to the API, and nothing of it is kept. The API stays open at its own address, so that a
 * form which still posts there loses nobody.
 * There is no page in place of an error (404 → index.html): that holds for a whole distribution, and would turn the API's 404 into
 * a page.
 */
export class OneOrigin extends Construct implements Usable<'link'> {
  /** without a slash at the end */
  readonly url: string

  constructor(scope: Construct, props: OneOriginProps) {
    super(scope, 'OneOrigin')
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Holdfast',
      ...(props.firewall !== undefined && { webAclId: props.firewall }),
      httpVersion: HttpVersion.HTTP2_AND_3,
      // North America and Europe; others are served from there.
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: this.toApi(props),
      additionalBehaviors: pathsOf(this.toConsole(props)),
      errorResponses: errors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    })
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Customers write from every country.',
      'AwsSolutions-CFR2': 'A firewall costs $6 a month: -c shield=true puts one in front.',
      'AwsSolutions-CFR3':
        'Its log would hold the address of everybody who asks; the API’s own log tells what is needed, and nobody.',
      'AwsSolutions-CFR4':
        'Under the name cloudfront.net the oldest protocol cannot be chosen; a name of its own needs a certificate of its own.',
    })
    this.url = `https://${distribution.distributionDomainName}`
  }

  using(): Use {
    return { environment: { CONSOLE_URL: this.url }, statements: [] }
  }

  private toApi({ apiDomain, secret }: OneOriginProps): BehaviorOptions {
    return {
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
      functionAssociations: [this.beforehand('Viewer', 'Tells the API who asks', tellViewer)],
    }
  }

  private toConsole({ bucket, asked }: OneOriginProps): BehaviorOptions {
    const { stackName, region } = Stack.of(this)
    // Names are the account's, whatever the region.
    const name = `${stackName}-console-${region}`
    const originAccessControl = new S3OriginAccessControl(this, 'Access', {
      originAccessControlName: name,
      signing: Signing.SIGV4_ALWAYS,
    })
    return {
      origin: S3BucketOrigin.withOriginAccessControl(bucket, { originAccessControl }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: new CachePolicy(this, 'Cache', {
        cachePolicyName: name,
        comment: 'As long as the files say',
        // What says no-cache is kept for this second. With 0 CloudFront compresses nothing for good.
        minTtl: Duration.seconds(1),
        defaultTtl: Duration.seconds(1),
        maxTtl: Duration.days(365),
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
      }),
      compress: true,
      responseHeadersPolicy: new PagePolicy(this, asked),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      functionAssociations: [this.beforehand('FindPage', 'Finds the page of an address', findPage)],
    }
  }

  private beforehand(id: string, comment: string, code: string) {
    return {
      function: new EdgeFunction(this, id, {
        comment,
        code: FunctionCode.fromInline(code),
        runtime: FunctionRuntime.JS_2_0,
      }),
      eventType: FunctionEventType.VIEWER_REQUEST,
    }
  }
}

/** `/app*` would be the API's too: other addresses begin so. */
const pathsOf = (console: BehaviorOptions): Record<string, BehaviorOptions> => ({
  '/app': console,
  '/app/*': console,
})
