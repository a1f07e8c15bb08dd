import type { Door } from '#core/api/door.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, answerSeeOther } from '#functions/adapter/http/http.ts'
import { acceptArrival, openSpool, postOf, readFields } from '#functions/adapter/http/intake.ts'
import { openSenders } from '#functions/adapter/http/sender.ts'
import { challengeOf, openSecrets, provesItself } from '#functions/adapter/secret.ts'
import { problemPage, requireMethod } from '#functions/adapter/http/page.ts'
import { sha256 } from '#functions/access/digest.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openTable } from '#functions/adapter/table.ts'
import { arrive } from '#core/intake/arrival.ts'
import { longestUpload } from '#core/intake/body/read-body.ts'
import { withoutSecret } from '#core/intake/webhook/proof.ts'
import { leadId } from '#core/record/id.ts'
import { Fault } from '#core/record/fault.ts'
import { formOf } from '#core/company/form-of.ts'
import { hasPage } from '#core/company/form/page-form.ts'
import { openRules } from '#functions/adapter/rules.ts'

export const door = {
  description: 'Stores what somebody submitted with a form',
  uses: { table: ['read-write', 'check'], spool: 'send', secrets: 'read', shield: 'read' },
  isFirst: true,
  routes: [
    {
      routes: ['ANY /f/{formId}'],
      isOpen: true,
      words: {
        en: 'A lead from a form (HTML form, multipart or JSON) or a form service’s webhook',
        uk: 'Запит із форми (HTML-форма, multipart або JSON) чи вебхук сервісу форм',
        ru: 'Запрос из формы (HTML-форма, multipart или JSON) или вебхук сервиса форм',
      },
      calls: {
        'ANY /f/{formId}': {
          id: 'submitForm',
          status: 201,
          also: {
            202: 'It is safe, and stored as soon as the table works again',
            303: 'To a browser: the page that thanks',
          },
          params: { formId: 'form' },
          answers: 'Accepted',
          takes: 'any',
          example: { name: 'Ann Smith', email: 'ann@customer.example', message: 'Please call me.' },
        },
      },
    },
  ],
} satisfies Door

/**
 * POST /f/{formId}: what somebody submitted with a form, from a browser, a program or a form service. 201 and 303 say that
 * it is stored, 202 that it is safe in the spool; anything else, that nothing was changed.
 */
export const handler = onHttp(
  {
    store: openTable,
    tenant: openTenant,
    rules: openRules,
    spool: openSpool,
    secrets: openSecrets,
    senders: openSenders,
  },
  async (request, here) => {
    const formId = request.params.formId ?? ''
    const { tenant } = here
    const rules = await here.rules(tenant)
    const { company } = rules
    const form = formOf(company, formId)
    const challenge = form && challengeOf(request, form)
    if (challenge !== undefined) return { status: 200, body: challenge }
    requireMethod(request, 'POST')
    if (!form) throw new Fault('form.unknown', 'there is no such form')
    const read = { ...postOf(request, formId), tenant, door: 'form' as const, ...readFields(request) }
    const isUnproven = !(await provesItself(request, form, read.fields, here))
    // A service that has proved itself speaks for all its customers.
    const isAnybody = form.secret === undefined || isUnproven
    const now = here.clock.now()
    const isFlood = isAnybody && here.senders.isFlood(request, now)
    const post = { ...withoutSecret(read, form), isUnproven, isFlood }
    const arrival = arrive(post, company, {
      now,
      leadId: leadId.parse(here.newId('lead')),
      sha256,
    })
    const accepted = await acceptArrival(arrival, { rules, press: submissionPress }, here)
    here.log('info', 'submission accepted', { ...accepted, requestId: request.id })
    if (request.wantsPage && hasPage(form))
      return answerSeeOther(
        `/forms/${formId}/thanks?receipt=${accepted.submissionId}&lang=${arrival.inquiry.language}`,
      )
    const status = accepted.outcome === 'spooled' ? 202 : 201
    // Whether the secret was right is not told, nor what follows from it.
    return answerJson(status, form.secret === undefined ? accepted : { submissionId: accepted.submissionId })
  },
  {
    longestBody: longestUpload,
    page: async (problem, asked, { tenant, rules }) => problemPage(problem, asked, await rules(tenant)),
  },
)
