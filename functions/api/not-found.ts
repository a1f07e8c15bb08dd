import { routes } from 'holdfast:routes'
import { methodsAt, type Door } from '#core/api/door.ts'
import { openPublished } from '#functions/adapter/published.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerPage } from '#functions/adapter/http/http.ts'
import { languageOf, problemPage, publicUrlOf, requireMethod } from '#functions/adapter/http/page.ts'
import { Fault } from '#core/record/fault.ts'
import { renderQuarantineLinkPage } from '#core/html/quarantine-link-page.ts'
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
 * What no other route answers. Two addresses live here, to which e-mails link: /open/{leadId} and /open/quarantine. A browser has no token,
 * so the API would only refuse it; these pages say how to go on, and nothing about what is there.
 */
export const handler = onHttp(
  { tenant: openTenant, published: openPublished },
  async (request, { tenant, published }) => {
    const linked = /^\/open\/(?:(lead_[0-9A-Z]{26})|quarantine)$/.exec(request.path)
    if (linked) {
      requireMethod(request, 'GET', 'HEAD')
      const publicUrl = publicUrlOf(request)
      const { company } = await published(tenant)
      const view = { company: company.name, language: languageOf(request), publicUrl }
      const leadId = linked[1]
      return answerPage(
        200,
        leadId ? renderLeadLinkPage({ ...view, leadId }) : renderQuarantineLinkPage(view),
      )
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
