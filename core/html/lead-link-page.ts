import type { Language } from '../record/id.ts'
import { leadLinkPageWords } from '../words/words-of.ts'
import { renderDocument } from './document.ts'
import { html } from './markup.ts'

/**
 * Where the link in an e-mail leads: how to see the lead and how to record that it was answered. It is public and
 * tells nothing about the lead, not even whether there is one.
 */
export function renderLeadLinkPage(view: {
  leadId: string
  company: string
  language: Language
  /** of the API */
  publicUrl: string
}): string {
  const { leadId, publicUrl, language } = view
  const words = leadLinkPageWords[language]
  return renderDocument({
    language,
    title: words.title,
    company: view.company,
    main: html`<h1>${words.title}</h1>
      <p class="intro">${words.intro}</p>
      <div class="receipt"><b>${words.number}</b><code>${leadId}</code></div>
      <h2>${words.read}</h2>
      <pre>
curl ${publicUrl}/leads/${leadId}/history \\
  -H "authorization: Bearer $TOKEN"</pre>
      <h2>${words.record}</h2>
      <pre>
curl ${publicUrl}/leads/${leadId}/activities \\
  -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" \\
  -d '{"what": "call", "outcome": "reached"}'</pre>
      <p>${words.stops}</p>`,
  })
}
