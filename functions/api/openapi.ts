import { openapi } from 'holdfast:openapi'
import type { Door } from '#core/api/door.ts'
import { renderApiPage } from '#core/html/api/api-page.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerPage } from '#functions/adapter/http/http.ts'
import { publicUrlOf } from '#functions/adapter/http/page.ts'
import { openPublished } from '#functions/adapter/published.ts'

export const door = {
  description: 'Describes the API for programs',
  routes: [
    { routes: ['GET /docs/api'], isOpen: true },
    {
      routes: ['GET /openapi.json'],
      isOpen: true,
      words: {
        en: 'The API as an OpenAPI 3.1 document',
        uk: 'API як документ OpenAPI 3.1',
        ru: 'API как документ OpenAPI 3.1',
      },
      calls: { 'GET /openapi.json': { id: 'describeApi', status: 200 } },
    },
  ],
} satisfies Door

/**
 * GET /openapi.json: every operation, made of the declarations when the functions were built. GET /docs/api: the same for
 * people.
 */
export const handler = onHttp(
  { tenant: openTenant, published: openPublished },
  async (request, { tenant, published }) => {
    if (request.path === '/openapi.json') return { status: 200, headers: described, body: openapi }
    const { company } = await published(tenant)
    const view = { company: company.name, publicUrl: publicUrlOf(request), document: JSON.parse(openapi) }
    return answerPage(200, renderApiPage(view), { headers: { 'content-language': 'en' } })
  },
)

const described = {
  'content-type': 'application/json',
  'cache-control': 'public, max-age=300',
  'access-control-allow-origin': '*',
}
