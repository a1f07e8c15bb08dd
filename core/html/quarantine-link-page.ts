import type { Language } from '../record/id.ts'
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
  const words = wordsOf[language]
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

const wordsOf: Record<Language, Record<'title' | 'intro' | 'read' | 'restore' | 'after', string>> = {
  en: {
    title: 'Look into the quarantine',
    intro:
      'What looked like a program’s submission waits here. See whether a customer is among them, with the token of your account; managers and operations may.',
    read: 'See what waits, the newest first',
    restore: 'Restore one, by the number that begins with sub_',
    after: 'It becomes a lead at once: somebody gets it, and the promised time counts from now.',
  },
  uk: {
    title: 'Зазирнути в карантин',
    intro:
      'Тут чекає те, що схоже на надіслане програмою. Погляньте, чи немає серед них клієнта, з токеном свого облікового запису; це можуть керівники й операційний відділ.',
    read: 'Переглянути, що чекає, найновіше спершу',
    restore: 'Відновити звернення за номером, що починається з sub_',
    after: 'Воно одразу стає запитом: хтось його отримає, а обіцяний час рахується від цієї миті.',
  },
  ru: {
    title: 'Заглянуть в карантин',
    intro:
      'Здесь ждёт то, что похоже на присланное программой. Посмотрите, нет ли среди них клиента, с токеном своей учётной записи; это могут руководители и операционный отдел.',
    read: 'Посмотреть, что ждёт, сначала самое новое',
    restore: 'Восстановить обращение по номеру, который начинается с sub_',
    after: 'Оно сразу становится запросом: кто-то его получит, а обещанное время считается с этой минуты.',
  },
}
