import { published } from 'holdfast:published'
import { chooseLanguage } from '#core/intake/normalize.ts'
import type { Language } from '#core/model/base.ts'
import { renderProblemPage } from '#core/page/problem-page.ts'
import { Fault } from '#core/model/fault.ts'
import type { HttpOptions } from './handler.ts'
import type { HttpRequest } from './http.ts'

/** The language of a visitor: of the address, else of the browser. */
export const languageOf = (request: HttpRequest | undefined): Language =>
  chooseLanguage(request?.query.lang ?? '', request?.headers['accept-language'], undefined)

/** Problems as pages, for the doors that browsers come to. */
export const problemPage: NonNullable<HttpOptions['page']> = (problem, request) =>
  renderProblemPage(problem, languageOf(request), published.company.name)

/** Refuses other methods. Throws Fault `method.refused` with those that work. */
export function requireMethod(request: HttpRequest, ...methods: string[]): void {
  if (methods.includes(request.method)) return
  throw new Fault('method.refused', `this address answers ${methods.join(' and ')}`, {
    facts: { allow: methods },
  })
}
