import { formOf } from '#core/company/form-of.ts'
import { chooseLanguage } from '#core/intake/read/language.ts'
import type { Language } from '#core/record/id.ts'
import { renderProblemPage } from '#core/html/problem-page.ts'
import { Fault } from '#core/record/fault.ts'
import type { Company } from '#core/company/company.ts'
import type { ProblemPage } from '../handler.ts'
import type { HttpRequest, Problem, RequestHead } from './http.ts'

/** The language of a visitor: of the address, else of the browser. */
export const languageOf = ({ query, headers }: RequestHead): Language =>
  chooseLanguage(query.lang ?? '', headers['accept-language'], undefined)

/** Problems as pages, for the doors that browsers come to. One about a form is shown wherever the form is. */
export const problemPage = (
  problem: Problem,
  asked: RequestHead,
  { company }: { company: Company },
): ProblemPage => ({
  html: renderProblemPage(problem, languageOf(asked), company.name),
  embed: formOf(company, asked.params.formId ?? '')?.embed,
})

/** The address under which this page was opened; a page repeats it only to whoever sent it. */
export function publicUrlOf({ headers }: RequestHead): string {
  const host = /^[\w.-]+(:\d+)?$/.exec(headers.host ?? '')?.[0] ?? 'localhost'
  return `${/^(localhost|127\.)/.test(host) ? 'http' : 'https'}://${host}`
}

/** Refuses other methods. Throws Fault `method.refused` with those that work. */
export function requireMethod(request: HttpRequest, ...methods: string[]): void {
  if (methods.includes(request.method)) return
  throw new Fault('method.refused', `this address answers ${methods.join(' and ')}`, {
    facts: { allow: methods },
  })
}
