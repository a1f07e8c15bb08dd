import type { Language } from '../record/id.ts'
import { quarantineLinkPageWords } from '../words/words-of.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/** Where the link in the e-mail about the quarantine leads: how to see what waits and how to restore. It is public and tells nothing. */
export function renderQuarantineLinkPage(view: {
  company: string
  language: Language
  /** of the API */
  publicUrl: string
}): string {
  const { publicUrl, language } = view
  const words = quarantineLinkPageWords[language]
  return renderDocument({
    language,
    title: words.title,
    company: view.company,
    main: html`<h1>${words.title}</h1>
      <p class="intro">${words.intro}</p>
      <h2>${words.read}</h2>
      <pre>
curl ${publicUrl}/quarantine \\
  -H "authorization: Bearer $TOKEN"</pre>
      <h2>${words.restore}</h2>
      <pre>
curl -X POST ${publicUrl}/quarantine/sub_…/restore \\
  -H "authorization: Bearer $TOKEN"</pre>
      <p>${words.after}</p>`,
  })
}
