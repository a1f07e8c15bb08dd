import { published } from 'holdfast:published'
import { onHttp } from '#functions/adapter/handler.ts'
import { answerJson, answerSeeOther } from '#functions/adapter/http.ts'
import { acceptArrival, openSpool, postOf, readFields, sha256 } from '#functions/adapter/intake.ts'
import { problemPage, requireMethod } from '#functions/adapter/page.ts'
import { openTable } from '#functions/adapter/table.ts'
import { arrive, formOf } from '#core/intake/arrival.ts'
import { longestUpload } from '#core/intake/read-body.ts'
import { leadId } from '#core/model/base.ts'
import { Fault } from '#core/model/fault.ts'

/**
 * POST /f/{formId}: what somebody submitted with a form, from a browser or a program. 201 and 303 say that it is
 * stored, 202 that it is safe in the spool; anything else, that nothing was changed.
 */
export const handler = onHttp(
  { store: openTable, spool: openSpool },
  async (request, here) => {
    requireMethod(request, 'POST')
    const formId = request.params.formId ?? ''
    const { company } = published
    if (!formOf(company, formId)) throw new Fault('form.unknown', 'there is no such form')
    const post = { ...postOf(request, formId), tenant: 'main', door: 'form' as const, ...readFields(request) }
    const arrival = arrive(post, company, here.clock.now(), leadId.parse(here.newId('lead')), sha256)
    const accepted = await acceptArrival(arrival, company, here)
    here.log('info', 'submission accepted', { ...accepted, requestId: request.id })
    if (request.wantsPage)
      return answerSeeOther(
        `/forms/${formId}/thanks?receipt=${accepted.submissionId}&lang=${arrival.wish.language}`,
      )
    return answerJson(accepted.outcome === 'spooled' ? 202 : 201, accepted)
  },
  { longestBody: longestUpload, page: problemPage },
)
