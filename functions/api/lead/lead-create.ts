import type { Door } from '#core/api/door.ts'
import { requireMay } from '#functions/access/access.ts'
import { openDenials } from '#functions/access/denials.ts'
import { openTenant } from '#functions/access/tenant.ts'
import { onHttp } from '#functions/adapter/handler.ts'
import { readInput } from '#core/record/operation/read.ts'
import { answerJson } from '#functions/adapter/http/http.ts'
import { acceptArrival, openSpool, postOf } from '#functions/adapter/http/intake.ts'
import { sha256 } from '#functions/access/digest.ts'
import { submissionPress } from '#functions/adapter/press/submission.ts'
import { openTable } from '#functions/adapter/table.ts'
import { arrive } from '#core/intake/arrival.ts'
import { longestBody, readProgramBody } from '#core/intake/body/body.ts'
import { headerParameter } from '#core/intake/body/header.ts'
import { leadInput } from '#core/intake/lead-input.ts'
import { leadId } from '#core/record/id.ts'
import { fieldFault } from '#core/record/fault.ts'
import { formOf } from '#core/company/form-of.ts'
import { openRules } from '#functions/adapter/rules.ts'

export const door = {
  description: 'Stores a lead for a program',
  uses: { table: ['read-write', 'check'], spool: 'send' },
  isFirst: true,
  routes: [
    {
      routes: ['POST /leads'],
      needsMay: 'post-leads',
      words: {
        en: 'A lead from a program',
        uk: 'Запит від програми',
        ru: 'Запрос от программы',
      },
      calls: {
        'POST /leads': {
          id: 'createLead',
          status: 201,
          also: { 202: 'It is safe, and stored as soon as the table works again' },
          answers: 'Accepted',
          headers: ['Location'],
          takes: 'core/intake/lead-input.ts#leadInput',
          example: { name: 'Ann Smith', email: 'ann@customer.example', message: 'Please call me.' },
        },
      },
    },
  ],
} satisfies Door

/** POST /leads: a lead from a program or from somebody who took a call; the same way in as a form's. */
export const handler = onHttp(
  { store: openTable, tenant: openTenant, rules: openRules, spool: openSpool, denials: openDenials },
  async (request, here) => {
    const rules = await here.rules(here.tenant)
    const { company } = rules
    const caller = requireMay(request, company, 'post-leads', 'leads:write')
    const charset = headerParameter(request.headers['content-type'], 'charset')
    const { fields, undecoded } = readProgramBody(request.body, charset)
    const input = readInput(leadInput, Object.fromEntries(fields))
    if (input.formId && !formOf(company, input.formId))
      throw fieldFault([{ path: ['formId'], message: 'there is no such form' }])
    const post = {
      ...postOf(request, input.formId ?? ''),
      tenant: here.tenant,
      door: 'api' as const,
      fields: fields.filter(([name]) => name !== 'channel' && name !== 'formId'),
      undecoded,
      caller: caller.sub,
      referer: undefined,
      ...(input.channel && { channel: input.channel }),
    }
    const arrival = arrive(post, company, {
      now: here.clock.now(),
      leadId: leadId.parse(here.newId('lead')),
      sha256,
    })
    const accepted = await acceptArrival(arrival, { rules, press: submissionPress }, here)
    here.log('info', 'lead accepted', { ...accepted, requestId: request.id })
    return answerJson(accepted.outcome === 'spooled' ? 202 : 201, accepted, {
      ...(accepted.leadId && { location: `/leads/${accepted.leadId}` }),
    })
  },
  { longestBody },
)
