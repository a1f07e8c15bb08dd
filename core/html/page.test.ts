import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { northwind as company } from '../../test/fixture/northwind.ts'
import type { Language } from '../record/id.ts'
import { faults, type FaultCode } from '../record/fault.ts'
import type { PageForm } from '../company/form/page-form.ts'
import { renderFormPage } from './form-page.ts'
import { formScript, formScriptHash } from './form-script.ts'
import { escapeHtml, html } from './markup.ts'
import { renderProblemPage } from './problem-page.ts'
import { styleHash } from './page-headers.ts'
import { style } from './style.ts'
import { renderThanksPage } from './thanks-page.ts'

const form = company.forms.demo as PageForm
const languages: Language[] = ['en', 'uk', 'ru']
const view = { id: 'demo', form, company: company.name, key: 'key-1', now: 1_800_000_000_000 }

test('what is indented for its writer goes out without, but not what is read as it stands', () => {
  const list = html`<ul>
    ${['  a\n  b'].map((item) => html`<li class="${item}">${item}</li>`)}
    <li>c</li>
  </ul>`
  expect(list.markup).toBe('<ul>\n<li class="  a\n  b">  a\n  b</li>\n<li>c</li>\n</ul>')
  const example = html`<p>x</p>
    <pre>
curl ${'http://a.example'} \\
  -d ${'1'}</pre>
    <p>y</p>`
  expect(example.markup).toBe('<p>x</p>\n<pre>\ncurl http://a.example \\\n  -d 1</pre>\n<p>y</p>')
})

test('the policy of the pages holds for their style sheet and their script', () => {
  expect(styleHash).toBe(`sha256-${createHash('sha256').update(style).digest('base64')}`)
  const page = renderThanksPage({ ...view, language: 'en', receipt: undefined })
  expect(/<style>([^]*)<\/style>/.exec(page)?.[1]).toBe(style)
  expect(formScriptHash).toBe(`sha256-${createHash('sha256').update(formScript).digest('base64')}`)
  const formPage = renderFormPage({ ...view, language: 'en' })
  expect([...formPage.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text)).toEqual([formScript])
})

test.each(languages)(
  'in %s the form works by itself: nothing fetched, a label for every field',
  (language) => {
    const page = renderFormPage({ ...view, language })
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).toContain(`<html lang="${language}">`)
    expect(page).not.toMatch(/<img|src=|https?:\/\//)
    expect(page).toContain(escapeHtml(form.consent[language]))
    for (const field of form.fields) {
      expect(page).toContain(`<label for="field-${field.name}">${escapeHtml(field.label[language])}</label>`)
      expect(page).toContain(`id="field-${field.name}"`)
    }
    expect(page).toMatch(/name="_key"\s+value="key-1"/)
    expect(page).toMatch(/name="_shown"\s+value="1800000000000"/)
  },
)

test('the way that the visitor came is passed on, whatever it says', () => {
  const query = { utm_source: '"><script>', utm_medium: 'mail', email: 'a@b.example', lang: 'en' }
  const page = renderFormPage({ ...view, language: 'en', query, referrer: 'https://x.example/?q="><b>' })
  expect(page).toMatch(/name="utm_source"\s+value="&quot;&gt;&lt;script&gt;"/)
  expect(page).toContain('/forms/demo?lang=uk&amp;utm_source=%22%3E%3Cscript%3E&amp;utm_medium=mail')
  expect(page).not.toMatch(/a@b\.de|<script(?!>\n)|<b>/)
})

test('the thank-you page shows a receipt, and nothing that only looks like one', () => {
  const receipt = 'sub_01JDB3Z8Q4T5V6W7X8Y9Z0ABCD'
  for (const language of languages) {
    expect(renderThanksPage({ ...view, language, receipt })).toContain(receipt)
    const other = renderThanksPage({ ...view, language, receipt: 'call +49 900 123 now' })
    expect(other).not.toContain('900')
    expect(other).toContain(escapeHtml(form.thanks[language]))
  }
})

test('every fault has a page in every language, with the number to ask about', () => {
  for (const language of languages)
    for (const code of Object.keys(faults) as FaultCode[]) {
      const page = renderProblemPage(
        { code, status: 418, detail: '<i>', where: 'line 1', instance: 'req-7' },
        language,
        'X',
      )
      expect(page).toMatch(/<h1>[^<]+<\/h1>/)
      expect(page).toContain('req-7')
      expect(page).not.toContain('<i>')
    }
})

test('whatever is put into markup comes out as text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, more) => {
      const { markup } = html`<p title="${text}">${[text, more]}${false}${undefined}</p>`
      expect(markup.match(/</g)).toHaveLength(2)
      expect(markup.match(/>/g)).toHaveLength(2)
      expect(markup.match(/"/g)).toHaveLength(2)
      const back = markup.slice(markup.indexOf('>') + 1, -'</p>'.length)
      expect(unescape(back)).toBe(text + more)
    }),
  )
})

const unescape = (markup: string): string =>
  markup.replace(
    /&(?:lt|gt|quot|#39|amp);/g,
    (name) => ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' })[name]!,
  )
