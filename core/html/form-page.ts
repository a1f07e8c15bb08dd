import { formPageWords } from '../words/words-of.ts'
import { language as languages, type Language } from '../record/id.ts'
import type { PageForm } from '../company/form/page-form.ts'
import { consentShown, ownFields } from './own-field.ts'
import { renderDocument } from './document.ts'
import { formScript } from './form-script.ts'
import { html, trusted, type Markup } from './markup.ts'

export interface FormView {
  id: string
  form: PageForm
  company: string
  language: Language
  /** makes a repeated submission of this page recognizable */
  key: string
  /** milliseconds */
  now: number
  /** the visitor came from this page of another site */
  referrer?: string | undefined
  /** the query of the page's address: campaign tags are passed on */
  query?: Readonly<Record<string, string | undefined>>
}

/** A form to fill in: plain HTML that works without script, cookie or second request. With script nothing typed is lost. */
export function renderFormPage(view: FormView): string {
  const { form, language } = view
  const tags = Object.entries(view.query ?? {}).filter(([name]) => /^utm_[a-z_]{1,30}$/.test(name))
  const words = formPageWords[language]
  const tagged = tags.map(([name, value]) => `&${name}=${encodeURIComponent(value ?? '')}`).join('')
  return renderDocument({
    language,
    title: form.title[language],
    company: view.company,
    translations: Object.fromEntries(
      languages.options
        .filter((code) => form.languages.includes(code))
        .map((code) => [code, `/forms/${view.id}?lang=${code}${tagged}`]),
    ),
    main: html`<h1>${form.title[language]}</h1>
      <p class="intro">${form.intro[language]}</p>
      <form method="post" action="/f/${view.id}" accept-charset="utf-8" novalidate>
        ${hidden(ownFields.key, view.key)}${hidden(ownFields.shown, String(view.now))}${hidden(ownFields.language, language)}${hidden(ownFields.consent, consentShown)}${
          view.referrer && hidden(ownFields.referrer, view.referrer)
        }${tags.map(([name, value]) => hidden(name, value ?? ''))}
        <div class="aside" aria-hidden="true">
          <label for="field-website">Website</label
          ><input id="field-website" name="${ownFields.honeypot}" tabindex="-1" autocomplete="off" />
        </div>
        <div class="fields">
          ${form.fields.map((field, i) => renderField(field, language, isWide(form.fields, i)))}
        </div>
        <div class="send">
          <p class="consent">${form.consent[language]}</p>
          <button type="submit">${words.send}</button>
        </div>
        <p
          class="note"
          id="note"
          role="status"
          data-action="/f/${view.id}"
          data-thanks="/forms/${view.id}/thanks"
          data-waits="${words.waits}"
          data-invalid="${words.invalid}"
          data-large="${words.large}"
          data-failed="${words.failed}"
        ></p>
      </form>
      ${script}`,
  })
}

function renderField(field: PageForm['fields'][number], language: Language, wide: boolean): Markup {
  const id = `field-${field.name}`
  const described = field.hint ? html` aria-describedby="${id}-hint"` : undefined
  const autocomplete = field.autocomplete ? html` autocomplete="${field.autocomplete}"` : undefined
  const named = html`id="${id}" name="${field.name}"${autocomplete}${described}`
  const control = renderControl(field, language, named)
  return html`<div${wide && html` class="wide"`}><label for="${id}">${field.label[language]}</label>${control}${
    field.hint && html`<p class="hint" id="${id}-hint">${field.hint[language]}</p>`
  }</div>
`
}

/** `named`: the attributes that every control has. */
function renderControl(field: PageForm['fields'][number], language: Language, named: Markup): Markup {
  if (field.type === 'textarea') return html`<textarea ${named} rows="5"></textarea>`
  if (field.type !== 'select') return html`<input type="${field.type}" ${named} />`
  return html`<select ${named}>
    <option value="">${formPageWords[language].choose}</option>
    ${field.options?.map(({ value, label }) => html`<option value="${value}">${label[language]}</option>`)}
  </select>`
}

/** Texts take a whole row, and so does a short field that would stand alone in its row. */
function isWide(fields: PageForm['fields'], at: number): boolean {
  const isLong = (i: number) => fields[i]?.type === 'textarea'
  if (isLong(at)) return true
  let first = at
  while (first > 0 && !isLong(first - 1)) first--
  return (at - first) % 2 === 0 && (at + 1 === fields.length || isLong(at + 1))
}

const hidden = (name: string, value: string): Markup =>
  html`<input type="hidden" name="${name}" value="${value}" />`

/** In one piece: the policy holds for each of its characters. */
const script = trusted(`<script>${formScript}</script>`)
