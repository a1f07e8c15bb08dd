import type { RouteGroup } from '../api/door.ts'
import type { Language } from '../record/id.ts'
import { renderDocument } from './document.ts'
import { translationsOf } from './front-page.ts'
import { html } from './markup.ts'

/** Files of the folder docs, with what each is about. */
const files: [file: string, words: Record<Language, string>][] = [
  [
    'docs/intake.md',
    {
      en: 'what a form or a webhook may send',
      uk: 'що може надіслати форма чи вебхук',
      ru: 'что может прислать форма или вебхук',
    },
  ],
  [
    'docs/access.md',
    { en: 'tokens, keys, who may do what', uk: 'токени, ключі, права', ru: 'токены, ключи, права' },
  ],
  ['docs/rules.md', { en: 'rules by example', uk: 'правила на прикладах', ru: 'правила на примерах' }],
  ['docs/deploy.md', { en: 'running it on AWS', uk: 'запуск на AWS', ru: 'запуск на AWS' }],
]

/** The addresses of the API, and where the whole documentation lies. */
export function renderDocsPage(view: {
  company: string
  language: Language
  publicUrl: string
  routes: readonly RouteGroup[]
}): string {
  const { company, language, publicUrl, routes } = view
  const words = wordsOf[language]
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
      <h2>${words.tryIt}</h2>
      <pre>
curl ${publicUrl}/leads \\
  -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" \\
  -d '{"name": "Ann Smith", "email": "ann@customer.example"}'</pre>
      <h2>${words.more}</h2>
      <p>${words.where}</p>
      <ul>
        ${files.map(([file, about]) => html`<li><code>${file}</code> ${about[language]}</li>`)}
      </ul>
      <p><a class="plain" href="/?lang=${language}">${words.back}</a></p>`,
  })
}

/** A browser's and a program's way to post to a form; the route takes any method, to say so when it is another one. */
const shown = (route: string): string => route.replace(/^ANY /, 'POST ')

const wordsOf: Record<
  Language,
  Record<'title' | 'intro' | 'isPublic' | 'tryIt' | 'more' | 'where' | 'back', string>
> = {
  en: {
    title: 'The API',
    intro:
      'Whatever is not public wants “Authorization: Bearer …”: the token of a person who signed in, or the key of a program. Errors are problem JSON that say what is wrong and where.',
    isPublic: 'public',
    tryIt: 'Post a lead',
    more: 'Documentation',
    where: 'All of it lies in the folder docs of the project from which this was started or deployed:',
    back: 'Back to the beginning',
  },
  uk: {
    title: 'API',
    intro:
      'Усе, що не публічне, потребує «Authorization: Bearer …»: токена людини, яка увійшла, або ключа програми. Помилки надходять як problem JSON: що не так і де.',
    isPublic: 'публічне',
    tryIt: 'Надіслати запит',
    more: 'Документація',
    where: 'Уся вона лежить у теці docs проєкту, з якого це запущено чи розгорнуто:',
    back: 'На початок',
  },
  ru: {
    title: 'API',
    intro:
      'Всё, что не публично, требует «Authorization: Bearer …»: токена человека, который вошёл, или ключа программы. Ошибки приходят как problem JSON: что не так и где.',
    isPublic: 'публично',
    tryIt: 'Отправить запрос',
    more: 'Документация',
    where: 'Вся она лежит в папке docs проекта, из которого это запущено или развёрнуто:',
    back: 'В начало',
  },
}
