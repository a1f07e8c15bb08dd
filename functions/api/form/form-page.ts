import type { Door } from '#core/api/door.ts'
import { randomBytes } from 'node:crypto'
import { openPublished } from '#functions/adapter/published.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerPage } from '#functions/adapter/http/http.ts'
import { languageOf, problemPage, requireMethod } from '#functions/adapter/http/page.ts'
import { formOf } from '#core/company/form-of.ts'
import { chooseLanguage } from '#core/intake/read/language.ts'
import { Fault } from '#core/record/fault.ts'
import { hasPage } from '#core/company/form/page-form.ts'
import { renderFormPage } from '#core/html/form-page.ts'
import { formScriptHash } from '#core/html/form-script.ts'
import { renderThanksPage } from '#core/html/thanks-page.ts'

export const door = {
  description: 'Shows a form and its thank-you page',
  routes: [
    {
      routes: ['GET /forms/{formId}', 'GET /forms/{formId}/thanks'],
      isOpen: true,
      words: {
        en: 'A form, and what follows it',
        uk: 'Форма і те, що йде за нею',
        ru: 'Форма и то, что следует за ней',
      },
      calls: {
        'GET /forms/{formId}': { id: 'showForm', status: 200, params: { formId: 'form' }, gives: 'page' },
        'GET /forms/{formId}/thanks': {
          id: 'showThanks',
          status: 200,
          params: { formId: 'form' },
          query: { receipt: 'number of the submission, to be shown' },
          gives: 'page',
        },
      },
    },
  ],
} satisfies Door

/** GET /forms/{formId} and GET /forms/{formId}/thanks: the form, and what follows it. */
export const handler = onHttp(
  { tenant: openTenant, published: openPublished },
  async (request, { tenant, published, clock }) => {
    requireMethod(request, 'GET', 'HEAD')
    const id = request.params.formId ?? ''
    const { company } = await published(tenant)
    const form = formOf(company, id)
    if (!form || !hasPage(form)) throw new Fault('form.unknown', 'there is no such form')
    const language = chooseLanguage(languageOf(request), undefined, form)
    const shared = { id, form, company: company.name, language }
    const headers = { 'content-language': language, vary: 'accept-language' }
    const { embed } = form
    if (request.path.endsWith('/thanks'))
      return answerPage(200, renderThanksPage({ ...shared, receipt: request.query.receipt }), {
        headers,
        embed,
      })
    const page = renderFormPage({
      ...shared,
      key: randomBytes(16).toString('base64url'),
      now: clock.now(),
      referrer: request.headers.referer,
      query: request.query,
    })
    return answerPage(200, page, {
      // Kept by the browser alone, for the way back: what was typed, and the key that goes with it, are still there then.
      headers: { ...headers, 'cache-control': 'private, no-cache' },
      embed,
      tellsUs: true,
      scripts: [formScriptHash],
    })
  },
  {
    page: async (problem, asked, { tenant, published }) =>
      problemPage(problem, asked, await published(tenant)),
  },
)
