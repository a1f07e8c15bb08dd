/* The form by which a person signs in on this machine, for the issuer and for the inbox. */
import { escapeHtml } from '../http/page.ts'
import type { DemoUser } from '../resource/identity.ts'

interface Words {
  title: string
  name: string
  password: string
  button: string
  wrong: string
  /** @param names both are elements of the page */
  demo: (names: string, file: string) => string
}

const words = {
  en: {
    title: 'Sign in',
    name: 'Name or e-mail address',
    password: 'Password',
    button: 'Sign in',
    wrong: 'Name and password do not fit.',
    demo: (names, file) =>
      `Demo accounts on this machine: ${names}. The password of each is in the file ${file} of the data folder.`,
  },
  uk: {
    title: 'Вхід',
    name: 'Ім’я або адреса пошти',
    password: 'Пароль',
    button: 'Увійти',
    wrong: 'Ім’я і пароль не підходять одне до одного.',
    demo: (names, file) =>
      `Демонстраційні облікові записи на цій машині: ${names}. Пароль кожного — у файлі ${file} у теці даних.`,
  },
  ru: {
    title: 'Вход',
    name: 'Имя или адрес почты',
    password: 'Пароль',
    button: 'Войти',
    wrong: 'Имя и пароль не подходят друг к другу.',
    demo: (names, file) =>
      `Демонстрационные учётные записи на этой машине: ${names}. Пароль каждой — в файле ${file} в папке данных.`,
  },
} satisfies Record<string, Words>

export type FormLanguage = keyof typeof words

/** The first language of `ui_locales` (OpenID Connect: the one that is preferred comes first) in which there are words. */
export function formLanguage(asked: string | null): FormLanguage {
  const named = (asked ?? '').split(' ').map((each) => each.slice(0, 2).toLowerCase())
  return named.find((each): each is FormLanguage => Object.hasOwn(words, each)) ?? 'en'
}

export const wordsOf = (language: FormLanguage): Words => words[language]

export const signInStyle = `
.login{max-width:24rem;margin:2rem auto;padding:1.5rem}
label{display:block;font-weight:600;margin:1rem 0 .3rem}
input{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.6rem .7rem}
button{margin-top:1.4rem;width:100%;font:inherit;font-weight:600;padding:.7rem;border:0;border-radius:8px;background:var(--accent);color:var(--on);cursor:pointer}
button:hover{background:var(--over)}
.error{color:var(--late);border-left:4px solid var(--late);padding-left:.75rem;margin:0}
`

export interface SignInForm {
  /** the path that it is posted to */
  action: string
  users: readonly DemoUser[]
  error?: string | undefined
  /** as it was typed before */
  username?: string | undefined
  /** input elements that carry a request on */
  hidden?: readonly string[]
  language?: FormLanguage
}

export function signInForm(form: SignInForm): string {
  const { action, users, error = '', username = '', hidden = [], language = 'en' } = form
  const say = words[language]
  const names = users.map((user) => `<code>${escapeHtml(user.username)}</code>`).join(', ')
  return `<form class="card login" method="post" action="${action}"><h1>${say.title}</h1>
${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ''}${hidden.join('')}
<label for="username">${say.name}</label>
<input id="username" name="username" autocomplete="username" required autofocus autocapitalize="none" value="${escapeHtml(username)}">
<label for="password">${say.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>${say.button}</button>
<p class="soft">${say.demo(names, '<code>owner.key</code>')}</p></form>`
}
