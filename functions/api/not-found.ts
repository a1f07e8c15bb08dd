import { routes } from 'holdfast:routes'
import { methodsAt, type Door } from '#core/api/door.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerFound, answerPage, type HttpRequest } from '#functions/adapter/http/http.ts'
import { languageOf, problemPage, publicUrlOf, requireMethod } from '#functions/adapter/http/page.ts'
import { Fault } from '#core/record/fault.ts'
import { renderQuarantineLinkPage } from '#core/html/quarantine-link-page.ts'

export const door = {
  description: 'Answers what no route answers',
  uses: { console: 'link' },
  routes: [
    {
      routes: ['$default'],
      isOpen: true,
    },
  ],
} satisfies Door

/**
 * What no other route answers. The addresses live here to which e-mails link: /open/{leadId}, /open/quarantine, and of any other
 * kind /open/{plural}/{id}. Records are shown by the console, which asks who is there; where it is tells nothing about what is there.
 */
export const handler = onHttp(
  { tenant: openTenant, published: openPublished, consoleUrl: (env) => env('CONSOLE_URL') },
  async (request, { tenant, published, consoleUrl }) => {
    const { path } = request
    if (path === '/open/quarantine') {
      requireMethod(request, 'GET', 'HEAD')
      const { company } = await published(tenant)
      const view = { company: company.name, language: languageOf(request), publicUrl: publicUrlOf(request) }
      return answerPage(200, renderQuarantineLinkPage(view))
    }
    const location = shownAt(path) ?? elsewhere(request, consoleUrl)
    if (location !== undefined) {
      requireMethod(request, 'GET', 'HEAD')
      return answerFound(location)
    }
    const methods = methodsAt(routes, path)
    if (methods.length) requireMethod(request, ...methods)
    throw new Fault('route.unknown', 'there is nothing at this address')
  },
  {
    page: async (problem, asked, { tenant, published }) =>
      problemPage(problem, asked, await published(tenant)),
  },
)

/** Where the console shows the record of a link; undefined for what is no such link. */
function shownAt(path: string): string | undefined {
  const [, leadId, plural, id] =
    /^\/open\/(?:(lead_[0-9A-Z]{26})|([a-z-]+)\/([a-z]+_[0-9A-Z]{26}))$/.exec(path) ?? []
  if (leadId) return `/app/leads/${leadId}`
  if (!plural || !id || !methodsAt(routes, `/${plural}/${id}`).includes('GET')) return undefined
  return `/app/${plural}/${id}`
}

/** The console is not at the API's own address, to which only forms and older e-mails lead. */
function elsewhere({ path, url }: HttpRequest, consoleUrl: string): string | undefined {
  if (path !== '/app' && !path.startsWith('/app/')) return undefined
  // What the gateway has decoded is encoded again.
  const location = new URL(path, consoleUrl)
  location.search = url.includes('?') ? url.slice(url.indexOf('?')) : ''
  return location.href
}
