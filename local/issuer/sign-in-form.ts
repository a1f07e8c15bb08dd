/* The form by which a person signs in on this machine, for the issuer and for the inbox. */
import { escapeHtml } from '../http/page.ts'
import type { DemoUser } from '../resource/identity.ts'

export const wrongPassword = 'Name and password do not fit.'

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
  error?: string
  /** as it was typed before */
  username?: string
  /** input elements that carry a request on */
  hidden?: readonly string[]
}

export function signInForm({ action, users, error = '', username = '', hidden = [] }: SignInForm): string {
  const names = users.map((user) => `<code>${escapeHtml(user.username)}</code>`).join(', ')
  return `<form class="card login" method="post" action="${action}"><h1>Sign in</h1>
${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ''}${hidden.join('')}
<label for="username">Name or e-mail address</label>
<input id="username" name="username" autocomplete="username" required autofocus autocapitalize="none" value="${escapeHtml(username)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button>
<p class="soft">Demo accounts on this machine: ${names}. The password of each is in the file <code>owner.key</code> of the data folder.</p></form>`
}
