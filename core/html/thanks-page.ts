import type { Language } from '../record/id.ts'
import type { PageForm } from '../company/form/page-form.ts'
import { thanksPageWords } from '../words/words-of.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/** What a visitor gets for a submission: that it is safe, its number, and what happens next. */
export function renderThanksPage(view: {
  id: string
  form: PageForm
  company: string
  language: Language
  /** of the submission; shown only when it can be one */
  receipt: string | undefined
}): string {
  const { language, form } = view
  const words = thanksPageWords[language]
  const receipt = /^sub_[0-9A-Z]{26}$/.test(view.receipt ?? '') ? view.receipt : undefined
  return renderDocument({
    language,
    title: words.title,
    company: view.company,
    main: html`<svg class="mark" viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="22" fill="currentColor" opacity=".14" />
        <path
          d="M14 25l7 7 13-15"
          fill="none"
          stroke="currentColor"
          stroke-width="3.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      <h1>${words.title}</h1>
      <p class="intro">${form.thanks[language]}</p>
      ${receipt && html`<div class="receipt"><b>${words.receipt}</b><code>${receipt}</code></div>`}
      <h2>${words.next}</h2>
      <ol>
        ${words.steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      <p><a class="plain" href="/forms/${view.id}?lang=${language}">${words.more}</a></p>`,
  })
}
