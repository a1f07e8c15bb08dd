import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import { Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { pageHeaders } from '#core/html/page-headers.ts'

/**
 * Requests of one address in five minutes. An office of a thousand people may open a form and send it within that time; what
 * comes faster pays for nothing behind it. Far above what makes a submission one of a flood (core/access/flood.ts).
 */
export const perFiveMinutes = 2_000

/** The form page waits as long, and sends again by itself. */
const retryAfterSeconds = 60

/** For a browser without script; WAF takes 4 KB. */
const page = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>429</title>
<h1>429</h1>
<p lang="en">Too many requests come from your network. Go back in a minute and send it once more; what you typed is still in the form.</p>
<p lang="uk">З вашої мережі надходить забагато запитів. За хвилину поверніться назад і надішліть ще раз; написане лишилося у формі.</p>
<p lang="ru">Из вашей сети приходит слишком много запросов. Через минуту вернитесь назад и отправьте ещё раз; написанное осталось в форме.</p>
`

/**
 * The rule that stands before everything. In a stack of its own, because what CloudFront asks lives in us-east-1 only.
 * Left out on purpose are the managed groups of AWS: the common one refuses bodies over 8 KB and words that look like code,
 * the one of reputation refuses customers for what their provider's other customers did. A firewall must not lose anybody.
 */
export class FirewallStack extends Stack {
  readonly rules: CfnWebACL

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props)
    const metric = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      // A sample shows who asked for what.
      sampledRequestsEnabled: false,
    })
    this.rules = new CfnWebACL(this, 'Rules', {
      description: 'Refuses for a while what one address asks too often',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: metric('holdfast'),
      customResponseBodies: { busy: { contentType: 'TEXT_HTML', content: page } },
      rules: [
        {
          name: 'too-many-from-one-address',
          priority: 0,
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              evaluationWindowSec: 300,
              limit: perFiveMinutes,
            },
          },
          // No challenge: a program and a form on another site could not answer it.
          action: {
            block: {
              customResponse: {
                responseCode: 429,
                customResponseBodyKey: 'busy',
                responseHeaders: Object.entries({
                  'retry-after': String(retryAfterSeconds),
                  'access-control-allow-origin': '*',
                  'access-control-expose-headers': 'retry-after',
                  'cache-control': 'no-store',
                  ...pageHeaders(),
                }).map(([name, value]) => ({ name, value })),
              },
            },
          },
          visibilityConfig: metric('too-many-from-one-address'),
        },
      ],
    })
  }
}
