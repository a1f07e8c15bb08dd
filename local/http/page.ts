/* The look and the headers of the pages that the embedded cloud itself shows: the inbox and the login. */
import { createHash } from 'node:crypto'
import type { Answer } from './payload.ts'
import { dark, font, light, properties, rem, size } from './theme.ts'

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const style = `
:root{color-scheme:light dark;${properties(light)}}
@media(prefers-color-scheme:dark){:root{${properties(dark)}}}
*{box-sizing:border-box}
html{font:${rem(size.text)}/1.5 ${font.page};color:var(--ink);background:var(--ground);-webkit-text-size-adjust:100%}
body{margin:0}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,input:focus-visible,button:focus-visible,summary:focus-visible,iframe:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
header.top{background:var(--card);border-bottom:1px solid var(--line)}
header.top div{max-width:62rem;margin:auto;padding:.9rem 1.25rem;display:flex;gap:.75rem;align-items:baseline;justify-content:space-between;flex-wrap:wrap}
header.top strong{font-size:1.05rem}
header.top span{color:var(--soft);font-size:${rem(size.soft)}}
main{max-width:62rem;margin:auto;padding:1.25rem}
h1{font-size:1.35rem;line-height:1.3;margin:.2rem 0 1rem;overflow-wrap:anywhere}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px}
.soft{color:var(--soft)}
`

export interface Page {
  title: string
  /** of its words; default: English */
  language?: string
  /** In the head, before the title. */
  head?: string
  /** Beside the project's name. */
  aside?: string
  style?: string
  body: string
  /** Attributes of the body element, and what follows everything else in it. */
  data?: string
  foot?: string
  status?: number
  /** Additional sources for the content security policy. */
  policy?: string
  headers?: Record<string, string>
}

export function page(options: Page): Answer {
  const sheet = style + (options.style ?? '')
  const body = `<!doctype html>
<html lang="${options.language ?? 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
${options.head ?? ''}<title>${escapeHtml(options.title)}</title><style>${sheet}</style></head>
<body${options.data ? ` ${options.data}` : ''}><header class="top"><div><strong>Holdfast</strong><span>${options.aside ?? ''}</span></div></header>
<main>${options.body}</main>${options.foot ?? ''}</body></html>`
  return {
    status: options.status ?? 200,
    headers: {
      ...pageHeaders(
        `default-src 'none'; style-src '${sourceHash(sheet)}'; frame-ancestors 'none'; ${options.policy ?? "form-action 'none'"}`,
      ),
      ...options.headers,
    },
    body,
  }
}

/** What every page that is made here is sent with; `policy` says what it may load and do, and who may show it. */
export const pageHeaders = (policy: string): Record<string, string> => ({
  'content-type': 'text/html;charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `base-uri 'none'; ${policy}`,
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-content-type-options': 'nosniff',
})

/** A script or style sheet that stands in a page, as its policy names it. */
export const sourceHash = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`
