import { published } from 'holdfast:published'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerPage } from '#functions/adapter/http.ts'
import { languageOf, problemPage, requireMethod } from '#functions/adapter/page.ts'
import { Fault } from '#core/model/fault.ts'
import { renderLeadLinkPage } from '#core/page/lead-link-page.ts'

/** Addresses that exist, with their methods, so that a wrong method is told apart from a wrong address. */
const known: [RegExp, ...string[]][] = [
  [/^\/forms\/[^/]+(\/thanks)?$/, 'GET'],
  [/^\/leads$/, 'GET', 'POST'],
  [/^\/leads\/[^/]+(\/history)?$/, 'GET'],
  [/^\/leads\/[^/]+\/activities$/, 'POST'],
  [/^\/people\/[^/]+\/absences$/, 'GET', 'POST'],
  [/^\/people\/[^/]+\/absences\/[^/]+$/, 'DELETE'],
  [/^\/(quarantine|alerts)$/, 'GET'],
  [/^\/quarantine\/[^/]+\/restore$/, 'POST'],
  [/^\/alerts\/[^/]+\/acknowledge$/, 'POST'],
]

/**
 * What no other route answers. One address lives here: /open/{leadId}, to which e-mails link. A browser has no token,
 * so the API would only refuse it; this page says how to go on, and nothing about the lead.
 */
export const handler = onHttp(
  {},
  async (request) => {
    const leadId = /^\/open\/(lead_[0-9A-Z]{26})$/.exec(request.path)?.[1]
    if (leadId) {
      requireMethod(request, 'GET', 'HEAD')
      const language = languageOf(request)
      const company = published.company.name
      return answerPage(
        200,
        renderLeadLinkPage({ leadId, company, language, publicUrl: addressOf(request.headers) }),
      )
    }
    const route = known.find(([path]) => path.test(request.path))
    if (route) requireMethod(request, ...route.slice(1).map(String))
    throw new Fault('route.unknown', 'there is nothing at this address')
  },
  { page: problemPage },
)

/** The address under which this page was opened; a page repeats it only to whoever sent it. */
function addressOf(headers: Readonly<Record<string, string | undefined>>): string {
  const host = /^[\w.-]+(:\d+)?$/.exec(headers.host ?? '')?.[0] ?? 'localhost'
  return `${/^(localhost|127\.)/.test(host) ? 'http' : 'https'}://${host}`
}
