import type { Language } from '../record/id.ts'
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
  const words = wordsOf[language]
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

const wordsOf: Record<
  Language,
  Record<'title' | 'intro' | 'number' | 'read' | 'record' | 'stops', string>
> = {
  en: {
    title: 'Answer this lead',
    intro:
      'Call or write to the customer: name, phone and address are in your e-mail. Then record it, with the token of your account.',
    number: 'Lead',
    read: 'Read everything about it',
    record: 'Record that you answered',
    stops: 'As soon as a call, an e-mail, a meeting or a chat is recorded, reminders stop.',
  },
  uk: {
    title: 'Відповісти на цей запит',
    intro:
      'Зателефонуйте або напишіть клієнтові: ім’я, телефон і адреса є у вашому листі. Потім запишіть це, з токеном свого облікового запису.',
    number: 'Запит',
    read: 'Прочитати все про нього',
    record: 'Записати, що ви відповіли',
    stops: 'Щойно записано дзвінок, лист, зустріч або чат, нагадування припиняються.',
  },
  ru: {
    title: 'Ответить на этот запрос',
    intro:
      'Позвоните или напишите клиенту: имя, телефон и адрес есть в вашем письме. Затем запишите это, с токеном своей учётной записи.',
    number: 'Запрос',
    read: 'Прочитать всё о нём',
    record: 'Записать, что вы ответили',
    stops: 'Как только записан звонок, письмо, встреча или чат, напоминания прекращаются.',
  },
}
