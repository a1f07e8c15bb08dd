import type { Language } from '../record/id.ts'
import type { FaultCode } from '../record/fault.ts'
import { problemPageWords } from '../words/words-of.ts'
import type { ProblemKind } from '../words/words.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

export interface ProblemView {
  code: FaultCode
  status: number
  /** in English, for who mends it */
  detail: string
  where?: string | undefined
  /** number of the request, to ask about */
  instance: string
}

/** A refused request as a person can read it: what is wrong, what to do, and that nothing they typed is gone. */
export function renderProblemPage(problem: ProblemView, language: Language, company: string): string {
  const words = problemPageWords[language]
  const [title, advice] = words[kindOf(problem.code)]
  return renderDocument({
    language,
    title,
    company,
    main: html`<svg class="mark warn" viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="22" fill="currentColor" opacity=".14" />
        <path d="M24 13v14" stroke="currentColor" stroke-width="3.5" stroke-linecap="round" />
        <circle cx="24" cy="34" r="2.4" fill="currentColor" />
      </svg>
      <h1>${title}</h1>
      <p class="intro">${advice}</p>
      <div class="facts">
        <p lang="en">${problem.status}: ${problem.detail}${problem.where && ` (${problem.where})`}</p>
        <p>${words.number}: ${problem.instance}</p>
      </div>`,
  })
}

const kinds: Partial<Record<FaultCode, ProblemKind>> = {
  'input.invalid': 'invalid',
  'field.invalid': 'invalid',
  'key.reused': 'invalid',
  'auth.missing': 'access',
  'auth.forbidden': 'access',
  'record.unknown': 'unknown',
  'form.unknown': 'unknown',
  'route.unknown': 'unknown',
  'method.refused': 'method',
  'record.changed': 'again',
  'match.failed': 'again',
  'body.too-large': 'large',
  'body.unsupported': 'unsupported',
  'request.throttled': 'again',
  'store.unavailable': 'again',
}

const kindOf = (code: FaultCode): ProblemKind => kinds[code] ?? 'failed'
