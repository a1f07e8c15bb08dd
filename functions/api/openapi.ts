import { openapi } from 'holdfast:openapi'
import type { Door } from '#core/api/door.ts'
import { onHttp } from '#functions/adapter/handler.ts'

export const door = {
  description: 'Describes the API for programs',
  routes: [
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

/** GET /openapi.json: every operation, made of the declarations when the functions were built. */
export const handler = onHttp({}, async () => ({
  status: 200,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  },
  body: openapi,
}))
