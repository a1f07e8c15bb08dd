import {
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type HttpApi,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import type { Stack } from 'aws-cdk-lib/core'
import { acknowledge } from './acknowledge.ts'
import { pascalCase, type ServiceFunction } from './function.ts'

/** The CDK would permit each route by one of its own, of which 30 fill the 20,480 bytes that Lambda has for who may call one function. */
class PermittedIntegration extends HttpLambdaIntegration {
  protected override completeBind(): void {}
}

interface Served {
  integration: HttpLambdaIntegration
  permission: CfnPermission
}

/** The routes of an API, each with what answers it and who may ask. */
export class Routes {
  readonly all: HttpRoute[] = []
  private readonly scope: Stack
  private readonly api: HttpApi
  private readonly served = new Map<ServiceFunction, Served>()

  constructor(scope: Stack, api: HttpApi) {
    this.scope = scope
    this.api = api
  }

  add(key: string, handler: ServiceFunction, authorizer: IHttpRouteAuthorizer): void {
    const { integration, permission } = this.serve(handler)
    const [verb, path] = key.split(' ')
    const method = Object.values(HttpMethod).find((name) => name === verb)
    const route = new HttpRoute(this.scope, `Route${pascalCase(key)}`, {
      httpApi: this.api,
      routeKey: path === undefined ? HttpRouteKey.DEFAULT : HttpRouteKey.with(path, method),
      integration,
      authorizer,
    })
    // Else it fails whoever comes before its function may be called.
    route.node.addDependency(permission)
    if (authorizer instanceof HttpNoneAuthorizer)
      acknowledge(route, {
        'AwsSolutions-APIG4':
          'Public on purpose: customers send forms without an account, and one must know where to sign in.',
      })
    this.all.push(route)
  }

  private serve(handler: ServiceFunction): Served {
    const before = this.served.get(handler)
    if (before) return before
    const { node, functionArn: functionName } = handler
    const served = {
      integration: new PermittedIntegration(node.id, handler),
      permission: new CfnPermission(this.scope, `${pascalCase(node.id)}Permission`, {
        action: 'lambda:InvokeFunction',
        functionName,
        principal: 'apigateway.amazonaws.com',
        // Any stage, then any method and path, or `$default`, which is a route without a path.
        sourceArn: this.scope.formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: '*/*',
        }),
      }),
    }
    this.served.set(handler, served)
    return served
  }
}
