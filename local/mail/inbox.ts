/*
 * The inbox: the e-mails that the embedded cloud caught; works without JavaScript. It holds everybody's e-mails, so it
 * is for those who see every lead.
 */
import type { IncomingMessage } from 'node:http'
import type { Door } from '../http/server.ts'
import { splitTarget } from '../http/api.ts'
import { readForm } from '../issuer/door.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { openSessions } from '../issuer/session.ts'
import { signInForm, signInStyle, wordsOf } from '../issuer/sign-in-form.ts'
import type { Answer } from '../http/payload.ts'
import { escapeHtml, page, pageHeaders, sourceHash } from '../http/page.ts'
import { font, rem, size } from '../http/theme.ts'
import type { Mail, MailStore } from './store.ts'

/** E-mails on one page. */
const pageSize = 50
/** Milliseconds between two looks for new e-mails, and seconds for a browser without JavaScript. */
const look = 2000
const plainRefresh = 20
/** Loads the page again only when there is something new, so that nobody loses the place where he reads. */
const script = `setInterval(async()=>{const r=await fetch('/inbox',{method:'HEAD'}).catch(()=>0);if(r&&r.headers.get('x-mails')!==document.body.dataset.mails&&r.ok)location.reload()},${look})`

const style = `
ul.mails{list-style:none;margin:0;padding:0;overflow:hidden}
ul.mails li+li{border-top:1px solid var(--line)}
ul.mails a{display:grid;grid-template-columns:minmax(0,13rem) minmax(0,1fr) auto;gap:.1rem 1rem;padding:.8rem 1rem;color:inherit;text-decoration:none}
ul.mails a:hover{background:var(--tint)}
ul.mails a:focus-visible{outline-offset:-3px}
.to,.subject,.begin{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.to{font-size:${rem(size.fact)};color:var(--soft)}
.subject{font-weight:600}
.begin{grid-column:2;color:var(--soft);font-size:${rem(size.soft)}}
time{color:var(--soft);font-size:${rem(size.small)};white-space:nowrap}
.empty{padding:3rem 1.5rem;text-align:center}
.empty p{max-width:32rem;margin:.5rem auto}
nav{margin:1rem 0;display:flex;justify-content:space-between;gap:1rem}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1rem;margin:0;padding:1rem;border-bottom:1px solid var(--line);font-size:${rem(size.fact)}}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
/* A sandboxed frame cannot tell its height; this holds the longest of our e-mails, so nobody scrolls in a frame. */
iframe{display:block;width:100%;height:60rem;border:0;background:white;border-radius:0 0 10px 10px}
details{margin-top:1rem}
details>summary{padding:.75rem 1rem;cursor:pointer;font-weight:600}
pre{margin:0;padding:0 1rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;font:${rem(size.soft)}/1.55 ${font.code}}
pre.alone{padding:1rem}
@media(max-width:40rem){main{padding:.75rem}ul.mails a{grid-template-columns:minmax(0,1fr) auto;padding:.75rem .9rem}.to{grid-column:1;grid-row:1}ul.mails time{grid-column:2;grid-row:1}.subject,.begin{grid-column:1/-1}.begin{grid-row:3}}
`

/** Groups whose members may read everybody's e-mails. */
const readers = ['manager', 'operations']
const signInPath = '/inbox/sign-in'

export function openInboxDoor(store: MailStore, issuer: Issuer): Door {
  const sessions = openSessions('/inbox')

  async function signIn(request: IncomingMessage): Promise<Answer> {
    const form = await readForm(request)
    const username = form.get('username')?.trim() ?? ''
    const user = issuer.signIn(username, form.get('password') ?? '')
    if (!user) return signInPage(issuer, 401, wordsOf('en').wrong, username)
    if (!user.groups.some((group) => readers.includes(group)))
      return signInPage(issuer, 403, 'The inbox is for managers and operations.', username)
    return seeOther('/inbox', { 'set-cookie': sessions.begin(user) })
  }

  return (request, path) => {
    if (path !== '/inbox' && !path.startsWith('/inbox/')) return undefined
    if (path === signInPath) return request.method === 'POST' ? signIn(request) : signInPage(issuer, 200)
    if (!sessions.find(request)) return seeOther(signInPath)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return page({
        title: 'Not possible',
        status: 405,
        body: '<h1>The inbox can only be read</h1>',
        headers: { allow: 'GET, HEAD' },
      })
    const id = path.slice('/inbox/'.length)
    if (!id) {
      const { query } = splitTarget(request.url ?? '/')
      return listPage(store, Number(new URLSearchParams(query).get('before')) || undefined)
    }
    const mail = store.find(id.replace(/\.html$/, ''))
    if (!mail)
      return page({
        title: 'No such e-mail',
        status: 404,
        style,
        body: '<h1>There is no such e-mail</h1><p><a href="/inbox">Back to the inbox</a></p>',
      })
    return id.endsWith('.html') ? contentPage(mail) : mailPage(mail)
  }
}

const seeOther = (location: string, headers: Answer['headers'] = {}): Answer => ({
  status: 303,
  headers: { location, 'cache-control': 'no-store', ...headers },
  body: '',
})

function signInPage(issuer: Issuer, status: number, error = '', username = ''): Answer {
  return page({
    title: 'Sign in to the inbox',
    status,
    style: signInStyle,
    policy: "form-action 'self'",
    body: signInForm({ action: signInPath, users: issuer.users, error, username }),
  })
}

function listPage(store: MailStore, before: number | undefined): Answer {
  const count = store.count()
  const mails = store.page(before ?? Number.MAX_SAFE_INTEGER, pageSize + 1)
  const shown = mails.slice(0, pageSize)
  const items = shown.map(({ mail }) => listItem(mail)).join('')
  const links =
    (before ? '<a href="/inbox">Newest</a>' : '<span></span>') +
    (mails.length > pageSize ? `<a href="/inbox?before=${shown.at(-1)!.position}">Older</a>` : '')
  return page({
    title: count === 0 ? 'Inbox' : `Inbox (${count})`,
    aside: 'E-mails caught on this machine; none of them left it',
    // An older page stands still, so that it can be read.
    head: before ? '' : `<noscript><meta http-equiv="refresh" content="${plainRefresh}"></noscript>`,
    data: `data-mails="${count}"`,
    foot: before ? '' : `<script>${script}</script>`,
    policy: `form-action 'none'; connect-src 'self'; script-src '${sourceHash(script)}'`,
    headers: { 'x-mails': String(count) },
    style,
    body:
      count === 0
        ? emptyState
        : `<h1>Inbox <span class="soft">${count}</span></h1><ul class="card mails">${items}</ul><nav aria-label="Pages">${links}</nav>`,
  })
}

const emptyState = `<h1>Inbox</h1><div class="card empty"><p><strong>No e-mail yet</strong></p>
<p class="soft">Every e-mail that would be sent appears here at once: the message to the sales representative about a new lead, reminders, and alerts to the manager.</p>
<p class="soft">Submit a lead, for example with the form whose address was printed at the start. This page looks for new e-mails by itself.</p></div>`

function listItem(mail: Mail): string {
  const begin = (mail.text ?? stripTags(mail.html ?? '')).replace(/\s+/g, ' ').slice(0, 160)
  return (
    `<li><a href="/inbox/${encodeURIComponent(mail.id)}"><span class="to">${escapeHtml(mail.to.join(', ') || mail.bcc.join(', '))}</span>` +
    `<span class="subject">${escapeHtml(mail.subject) || '(no subject)'}</span>${timeOf(mail, true)}<span class="begin">${escapeHtml(begin)}</span></a></li>`
  )
}

function mailPage(mail: Mail): Answer {
  const facts: [string, string][] = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Bcc', mail.bcc.join(', ')],
    ['Reply to', mail.replyTo.join(', ')],
  ]
  const rows = facts
    .filter(([, value]) => value)
    .map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`)
  const text = mail.text && `<pre${mail.html ? '' : ' class="alone"'}>${linked(mail.text)}</pre>`
  const others = [
    ['Message-ID', mail.id],
    ...Object.entries(mail.headers),
    ...Object.entries(mail.tags).map(([name, value]) => [`Tag ${name}`, value]),
  ].map(([name, value]) => `${name}: ${value}`)
  return page({
    title: mail.subject || '(no subject)',
    aside: 'E-mails caught on this machine; none of them left it',
    style,
    policy: "frame-src 'self'; form-action 'none'",
    body: `<p><a href="/inbox">Inbox</a></p><h1>${escapeHtml(mail.subject) || '(no subject)'}</h1>
<article class="card"><dl>${rows.join('')}<dt>Sent</dt><dd>${timeOf(mail)}</dd></dl>
${mail.html ? `<iframe title="Content of the e-mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/inbox/${encodeURIComponent(mail.id)}.html"></iframe>` : (text ?? '')}</article>
${mail.html && text ? `<details class="card"><summary>Text part</summary>${text}</details>` : ''}
<details class="card"><summary>Headers</summary><pre>${escapeHtml(others.join('\n'))}</pre></details>`,
  })
}

/**
 * The HTML part as its own document. It was written for mail programs by way of strangers' input: no script, no form
 * and no request to anywhere, images within it excepted; links open in a new tab.
 */
function contentPage(mail: Mail): Answer {
  return {
    status: 200,
    // Mail programs read styles of single elements, which have no hash; in a sandbox they can only look.
    headers: pageHeaders(
      "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    ),
    body: `<base target="_blank">${mail.html ?? ''}`,
  }
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `2 Mar 2026, 08:00 UTC`; in a list without the year. */
function timeOf(mail: Mail, isShort = false): string {
  const [year, month, day] = mail.at.slice(0, 10).split('-').map(Number) as [number, number, number]
  const date = `${day} ${months[month - 1]}${isShort ? '' : ` ${year}`}`
  return `<time datetime="${mail.at}">${date}, ${mail.at.slice(11, 16)} UTC</time>`
}

/** The text part with its addresses as links. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/)
    .map((part, index) => {
      const escaped = escapeHtml(part)
      return index % 2
        ? `<a href="${escaped}" target="_blank" rel="noopener noreferrer">${escaped}</a>`
        : escaped
    })
    .join('')
}

function stripTags(html: string): string {
  return html.replace(/<(style|script|head)[\s\S]*?<\/\1>/gi, '').replace(/<[^>]*>/g, ' ')
}
