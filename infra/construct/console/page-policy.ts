import { HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront'
import { Duration, Stack } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'

/** Whom the console asks beside its own origin. */
export interface AskedOrigins {
  /** the OpenID Connect issuer, without a slash at the end */
  issuer: string
  /** where people sign in, and tokens are got */
  signIn: string
  /** where the bytes of files are sent to and got from */
  files: string
}

/**
 * The headers of everything under /app. Scripts, styles and workers are files of our own and nothing else is run: no text in the
 * page, no address that somebody typed. `holdfast` is the one policy of Trusted Types: it lets workers of our own origin through.
 */
export class PagePolicy extends ResponseHeadersPolicy {
  constructor(scope: Construct, { issuer, signIn, files }: AskedOrigins) {
    const stack = Stack.of(scope)
    super(scope, 'PageHeaders', {
      // Names are the account's, whatever the region.
      responseHeadersPolicyName: `${stack.stackName}-console-${stack.region}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: [
            `default-src 'none'`,
            `script-src 'self'`,
            `style-src 'self'`,
            `font-src 'self'`,
            `img-src 'self' data:`,
            `worker-src 'self'`,
            // A path without a slash at its end would allow itself alone.
            `connect-src 'self' ${issuer}/ ${signIn} ${files}`,
            `frame-src 'self'`,
            `manifest-src 'self'`,
            `form-action 'self'`,
            `base-uri 'none'`,
            `frame-ancestors 'none'`,
            `require-trusted-types-for 'script'`,
            `trusted-types holdfast`,
          ].join('; '),
          override: true,
        },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          override: true,
        },
        contentTypeOptions: { override: true },
        // The number of a lead stands in addresses: no other site learns it.
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries({
          'permissions-policy': permissions.map((name) => `${name}=()`).join(', '),
          'cross-origin-opener-policy': 'same-origin',
        }).map(([header, value]) => ({ header, value, override: true })),
      },
    })
  }
}

/** What no page of ours ever does: an empty list for each, because the header itself may not be empty. */
const permissions = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
