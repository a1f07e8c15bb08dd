import type { Language } from '../record/id.ts'
import { recordLinkPageWords } from '../words/words-of.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/**
 * Where the link in an e-mail about a record of any kind leads: how to read it. It is public and tells nothing about the
 * record, not even whether there is one.
 */
export function renderRecordLinkPage(view: {
  /** in the address: `visits` */
  plural: string
  id: string
  /** whether it can be taken there by the routes of its kind */
  canBeTaken: boolean
  company: string
  language: Language
  /** of the API */
  publicUrl: string
}): string {
  const { plural, id, canBeTaken, publicUrl, language } = view
  const words = recordLinkPageWords[language]
  return renderDocument({
    language,
    title: words.title,
    company: view.company,
    main: html`<h1>${words.title}</h1>
      <p class="intro">${words.intro}</p>
      <div class="receipt"><b>${plural}</b><code>${id}</code></div>
      <h2>${words.read}</h2>
      <pre>
curl ${publicUrl}/${plural}/${id} \\
  -H "authorization: Bearer $TOKEN"</pre>
      <h2>${words.history}</h2>
      <pre>
curl ${publicUrl}/${plural}/${id}/history \\
  -H "authorization: Bearer $TOKEN"</pre>
      ${
        canBeTaken &&
        html`<h2>${words.take}</h2>
          <pre>
curl -X POST ${publicUrl}/${plural}/${id}/take \\
  -H "authorization: Bearer $TOKEN"</pre>`
      }`,
  })
}
