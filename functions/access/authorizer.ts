import { default as middy } from '@middy/core'
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerResult,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda'
import type { Caller } from '#functions/adapter/http/http.ts'
import { log, openAll, type Surroundings, type Uses } from '#functions/adapter/surroundings.ts'

/**
 * A Lambda authorizer of the HTTP API (payload 2.0, simple answers). The action gets what follows `Bearer` and returns
 * the caller, or why it is refused, as a fixed word for the log: the gateway tells a caller only 403 `Forbidden`.
 * An action that throws makes the gateway answer 500: nobody has been refused, and nobody gets in.
 */
export function onAuthorize<U extends Uses>(
  uses: U,
  act: (credential: string, here: Surroundings<U>) => Promise<Caller | string>,
) {
  const here = openAll(uses)
  return middy<
    APIGatewayRequestAuthorizerEventV2,
    APIGatewaySimpleAuthorizerResult | APIGatewaySimpleAuthorizerWithContextResult<Caller>
  >({ timeoutEarlyInMillis: 0 })
    .use({
      onError: ({ event, error }) => {
        const code = error instanceof Error ? error.name : 'unknown'
        log('error', 'authorizer failed', { requestId: event.requestContext.requestId, code }, error)
      },
    })
    .handler(async (event) => {
      const [, credential] = /^bearer +(\S+)$/i.exec(event.identitySource?.[0]?.trim() ?? '') ?? []
      const caller = credential === undefined ? 'header.malformed' : await act(credential, here)
      if (typeof caller !== 'string') return { isAuthorized: true, context: caller }
      log('info', 'caller refused', { requestId: event.requestContext.requestId, code: caller })
      return { isAuthorized: false }
    })
}
