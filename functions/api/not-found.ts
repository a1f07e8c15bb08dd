import { published } from 'holdfast:published'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerPage } from '#functions/adapter/http/http.ts'
import { languageOf, problemPage, publicUrlOf, requireMethod } from '#functions/adapter/http/page.ts'
import { Fault } from '#core/record/fault.ts'
import { renderQuarantineLinkPage } from '#core/html/quarantine-link-page.ts'
import { renderLeadLinkPage } from '#core/html/lead-link-page.ts'

/** Addresses that exist, with their methods, so that a wrong method is told apart from a wrong address. */
const known: [RegExp, ...string[]][] = [
  [/^\/(docs|robots\.txt|favicon\.ico|\.well-known\/holdfast)?$/, 'GET'],
  [/^\/forms\/[^/]+(\/thanks)?$/, 'GET'],
  [/^\/leads$/, 'GET', 'POST'],
  [/^\/leads\/[^/]+(\/history)?$/, 'GET'],
  [/^\/leads\/[^/]+\/activities$/, 'POST'],
  [/^\/people\/[^/]+\/absences$/, 'GET', 'POST'],
  [/^\/people\/[^/]+\/absences\/[^/]+$/, 'DELETE'],
  [/^\/(quarantine|alerts)$/, 'GET'],
  [/^\/quarantine\/[^/]+\/restore$/, 'POST'],
  [/^\/alerts\/[^/]+\/acknowledge$/, 'POST'],
  [/^\/keys$/, 'GET', 'POST'],
  [/^\/keys\/[^/]+$/, 'DELETE'],
]

/**
 * What no other route answers. Two addresses live here, to which e-mails link: /open/{leadId} and /open/quarantine. A browser has no token,
 * so the API would only refuse it; these pages say how to go on, and nothing about what is there.
 */
export const handler = onHttp(
  {},
  async (request) => {
    const linked = /^\/open\/(?:(lead_[0-9A-Z]{26})|quarantine)$/.exec(request.path)
    if (linked) {
      requireMethod(request, 'GET', 'HEAD')
      const publicUrl = publicUrlOf(request)
      const view = { company: published.company.name, language: languageOf(request), publicUrl }
      const leadId = linked[1]
      return answerPage(
        200,
        leadId ? renderLeadLinkPage({ ...view, leadId }) : renderQuarantineLinkPage(view),
      )
    }
    const route = known.find(([path]) => path.test(request.path))
    if (route) requireMethod(request, ...route.slice(1).map(String))
    throw new Fault('route.unknown', 'there is nothing at this address')
  },
  { page: problemPage },
)
