import type { Language } from '../record/id.ts'
import type { PageForm } from '../company/form/page-form.ts'
import { frontPageWords } from '../words/words-of.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/** A form that strangers can open, by its id. */
export type NamedForm = readonly [id: string, form: PageForm]

/** What runs here, and where to go from it: the forms, the console, the documentation. It tells nothing of anybody. */
export function renderFrontPage(view: {
  company: string
  language: Language
  forms: readonly NamedForm[]
  /** of the API */
  publicUrl: string
  /** where the e-mails are read that this deployment catches instead of sending */
  inbox?: string | undefined
}): string {
  const { company, language, forms, publicUrl, inbox } = view
  const words = frontPageWords[language]
  return renderDocument({
    language,
    title: words.title,
    company,
    translations: translationsOf('/'),
    main: html`<h1>${words.headline(company)}</h1>
      <p class="intro">${words.intro}</p>
      ${
        forms.length > 0 &&
        html`<h2>${words.forms}</h2>
          <ul class="cards">
            ${forms.map(([id, form]) => {
              const shown = form.languages.includes(language) ? language : form.languages[0]!
              return html`<li>
                <a href="/forms/${id}?lang=${shown}" lang="${shown}"
                  ><b>${form.title[shown]}</b><span>${form.intro[shown]}</span></a
                >
              </li>`
            })}
          </ul>`
      }
      <h2>${words.colleagues}</h2>
      <p>${words.work}</p>
      <p><a class="button" href="/app/">${words.signIn}</a></p>
      <p>${words.commandLine}</p>
      <pre>npx holdfast login --url ${publicUrl}</pre>
      ${inbox && html`<p><a class="plain" href="${inbox}">${words.inbox}</a></p>`}
      <h2>${words.programs}</h2>
      <p>
        ${words.api} <a class="plain" href="/docs?lang=${language}">${words.docs}</a>,
        <a class="plain" href="/docs/api" hreflang="en">${words.operations}</a>
      </p>`,
  })
}

/** The same page in the other languages. */
export const translationsOf = (path: string): Record<Language, string> => ({
  en: `${path}?lang=en`,
  uk: `${path}?lang=uk`,
  ru: `${path}?lang=ru`,
})
