import { routes } from 'holdfast:routes'
import type { Door } from '#core/api/door.ts'
import { derivedOnce, openPublished } from '#functions/adapter/published.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, answerPage, type HttpAnswer, type HttpRequest } from '#functions/adapter/http/http.ts'
import { languageOf, problemPage, publicUrlOf } from '#functions/adapter/http/page.ts'
import type { Company } from '#core/company/company.ts'
import { hasPage } from '#core/company/form/page-form.ts'
import { renderDocsPage } from '#core/html/docs-page.ts'
import { icon } from '#core/html/document.ts'
import { renderFrontPage, type NamedForm } from '#core/html/front-page.ts'

export const door = {
  description: 'Says what runs here',
  routes: [
    {
      routes: ['GET /', 'HEAD /', 'GET /docs', 'GET /robots.txt', 'GET /favicon.ico'],
      isOpen: true,
    },
  ],
} satisfies Door

/** GET /: what runs here. GET /docs: its API. GET /robots.txt and /favicon.ico: what browsers and crawlers ask for unasked. */
export const handler = onHttp(
  { tenant: openTenant, published: openPublished },
  async (request, { tenant, published }) => {
    const { company } = await published(tenant)
    return (answers[request.path] ?? front)(request, company)
  },
  {
    page: async (problem, asked, { tenant, published }) =>
      problemPage(problem, asked, await published(tenant)),
  },
)

const formsOf = derivedOnce(({ forms }: Company) =>
  Object.entries(forms).filter((entry): entry is [string, NamedForm[1]] => hasPage(entry[1])),
)

/** A page for a browser, the same in JSON for a program. */
const vary = { vary: 'accept, accept-language' }

function front(request: HttpRequest, company: Company): HttpAnswer {
  const forms = formsOf(company)
  const [language, publicUrl, inbox] = [languageOf(request), publicUrlOf(request), request.variables.inbox]
  if (request.wantsPage)
    return answerPage(200, renderFrontPage({ company: company.name, language, forms, publicUrl, inbox }), {
      headers: { ...vary, 'content-language': language },
    })
  const answer = {
    name: 'holdfast',
    company: company.name,
    forms: forms.map(([id, form]) => ({ id, title: form.title, page: `/forms/${id}`, post: `/f/${id}` })),
    console: '/app/',
    signIn: '/.well-known/holdfast',
    documentation: '/docs',
    ...(inbox !== undefined && { inbox }),
  }
  return answerJson(200, answer, vary)
}

function docs(request: HttpRequest, company: Company): HttpAnswer {
  const [language, publicUrl] = [languageOf(request), publicUrlOf(request)]
  const told = routes.filter(({ words }) => words)
  if (!request.wantsPage) return answerJson(200, { routes: told, documentation: 'docs/' }, vary)
  const view = { company: company.name, language, publicUrl, routes: told }
  return answerPage(200, renderDocsPage(view), {
    headers: { ...vary, 'content-language': language },
  })
}

const kept = { 'cache-control': 'public, max-age=86400' }

const answers: Record<string, (request: HttpRequest, company: Company) => HttpAnswer> = {
  '/docs': docs,
  // Nothing but the forms is anybody's business; an address in a log or an e-mail is no invitation.
  '/robots.txt': () => ({
    status: 200,
    headers: kept,
    body: 'User-agent: *\nAllow: /forms/\nDisallow: /\n',
  }),
  '/favicon.ico': () => ({
    status: 200,
    headers: { ...kept, 'content-type': 'image/svg+xml' },
    body: icon,
  }),
}
