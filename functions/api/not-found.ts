import { routes } from 'holdfast:routes'
import { methodsAt, type Door } from '#core/api/door.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerPage } from '#functions/adapter/http/http.ts'
import { languageOf, problemPage, publicUrlOf, requireMethod } from '#functions/adapter/http/page.ts'
import { Fault } from '#core/record/fault.ts'
import { renderQuarantineLinkPage } from '#core/html/quarantine-link-page.ts'
import { renderRecordLinkPage } from '#core/html/record-link-page.ts'
import { renderLeadLinkPage } from '#core/html/lead-link-page.ts'

export const door = {
  description: 'Answers what no route answers',
  routes: [
    {
      routes: ['$default'],
      isOpen: true,
    },
  ],
} satisfies Door

/**
 * What no other route answers. The addresses live here to which e-mails link: /open/{leadId}, /open/quarantine, and of any other
 * kind /open/{plural}/{id}. A browser has no token, so the API would only refuse it; these pages say how to go on, and nothing
 * about what is there.
 */
export const handler = onHttp(
  { tenant: openTenant, published: openPublished },
  async (request, { tenant, published }) => {
    const render = linkPage(request.path)
    if (render) {
      requireMethod(request, 'GET', 'HEAD')
      const { company } = await published(tenant)
      const view = { company: company.name, language: languageOf(request), publicUrl: publicUrlOf(request) }
      return answerPage(200, render(view))
    }
    const methods = methodsAt(routes, request.path)
    if (methods.length) requireMethod(request, ...methods)
    throw new Fault('route.unknown', 'there is nothing at this address')
  },
  {
    page: async (problem, asked, { tenant, published }) =>
      problemPage(problem, asked, await published(tenant)),
  },
)

type View = Parameters<typeof renderQuarantineLinkPage>[0]

/** The page at an address to which e-mails link; nothing at any other. */
function linkPage(path: string): ((view: View) => string) | undefined {
  if (path === '/open/quarantine') return renderQuarantineLinkPage
  const [, leadId, plural, id] =
    /^\/open\/(?:(lead_[0-9A-Z]{26})|([a-z-]+)\/([a-z]+_[0-9A-Z]{26}))$/.exec(path) ?? []
  if (leadId) return (view) => renderLeadLinkPage({ ...view, leadId })
  if (!plural || !id || !methodsAt(routes, `/${plural}/${id}`).includes('GET')) return undefined
  const canBeTaken = methodsAt(routes, `/${plural}/${id}/take`).includes('POST')
  return (view) => renderRecordLinkPage({ ...view, plural, id, canBeTaken })
}
