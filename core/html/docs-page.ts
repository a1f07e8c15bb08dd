import type { RouteGroup } from '../api/door.ts'
import type { Language } from '../record/id.ts'
import { docsPageWords } from '../words/words-of.ts'
import { renderDocument } from './document.ts'
import { translationsOf } from './front-page.ts'
import { html } from './markup.ts'

/** Files of the folder docs, with what each is about. */
const files = ['intake', 'access', 'rules', 'workflows', 'messages', 'data-model', 'deploy'] as const

/** The addresses of the API, and where the whole documentation lies. */
export function renderDocsPage(view: {
  company: string
  language: Language
  publicUrl: string
  routes: readonly RouteGroup[]
}): string {
  const { company, language, publicUrl, routes } = view
  const words = docsPageWords[language]
  return renderDocument({
    language,
    title: words.title,
    company,
    translations: translationsOf('/docs'),
    main: html`<h1>${words.title}</h1>
      <p class="intro">${words.intro}</p>
      <dl class="routes">
        ${routes.map(
          (row) =>
            html`<div>
              <dt>${row.routes.map((route) => html`<code>${shown(route)}</code>`)}</dt>
              <dd>${row.words?.[language]}${row.isOpen && html` <small>${words.isPublic}</small>`}</dd>
            </div>`,
        )}
      </dl>
      <p>
        ${words.inFull} <a class="plain" href="/docs/api" hreflang="en">/docs/api</a>,
        <a class="plain" href="/openapi.json">/openapi.json</a>
      </p>
      <h2>${words.tryIt}</h2>
      <pre>
curl ${publicUrl}/leads \\
  -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" \\
  -d '{"name": "Ann Smith", "email": "ann@customer.example"}'</pre>
      <h2>${words.more}</h2>
      <p>${words.where}</p>
      <ul>
        ${files.map((file) => html`<li><code>docs/${file}.md</code> ${words.files[file]}</li>`)}
      </ul>
      <p><a class="plain" href="/?lang=${language}">${words.back}</a></p>`,
  })
}

/** A browser's and a program's way to post to a form; the route takes any method, to say so when it is another one. */
const shown = (route: string): string => route.replace(/^ANY /, 'POST ')
