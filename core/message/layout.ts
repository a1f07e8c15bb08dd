import type { Language } from '../record/id.ts'
import { html, trusted, type Markup } from '../html/markup.ts'
import { dark, font, light, size } from '../html/theme.ts'

export interface Fact {
  label: string
  value: string
  address?: string | undefined
}

/** What stands below the button; `note` says that it goes on, and where. */
export type Part =
  | { is: 'table'; label?: string | undefined; facts: Fact[]; note?: string | undefined }
  /** somebody's own words */
  | { is: 'quote'; label: string; text: string; note?: string | undefined }
  | { is: 'text'; label: string; text: string }

export interface Letter {
  language: Language
  subject: string
  headline: string
  /** something is late */
  urgent: boolean
  task: string
  link: { label: string; address: string }
  parts: Part[]
  footer: string
  /** of the lead */
  number?: { label: string; text: string } | undefined
}

/**
 * A letter as e-mail clients can show it: tables and inline styles, because half of them drop everything else; what
 * they do understand of a style sheet adds the small window and the dark. Nothing is fetched from anywhere.
 */
export const layOut = (letter: Letter): { html: string; text: string } => ({
  html: htmlOf(letter),
  text: textOf(letter),
})

const family = `font-family:${font.mail}`

/** Size and line height of text, in pixels. */
const text = (pixels: number, height: number): Markup =>
  trusted(`${family};font-size:${pixels}px;line-height:${height}px`)

function htmlOf(letter: Letter): string {
  const accent = letter.urgent ? light.late : light.accent
  return html`<!doctype html>
    <html lang="${letter.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no" />
        <title>${letter.subject}</title>
        <style>
          ${sheet}
        </style>
      </head>
      <body class="ground" style="margin:0;padding:0;background:${light.ground}">
        <div style="display:none;max-height:0;overflow:hidden">${letter.task}</div>
        <table
          role="presentation"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          border="0"
          class="ground"
          style="background:${light.ground}"
        >
          <tr>
            <td align="center" class="around" style="padding:24px 12px">
              <table
                role="presentation"
                width="600"
                cellpadding="0"
                cellspacing="0"
                border="0"
                class="card"
                style="width:100%;max-width:600px;background:${light.card};border:1px solid ${light.line};border-radius:12px;border-collapse:separate"
              >
                <tr>
                  <td
                    style="height:5px;line-height:5px;font-size:0;background:${accent};border-radius:12px 12px 0 0"
                  >
                    &nbsp;
                  </td>
                </tr>
                <tr>
                  <td class="inside" style="padding:28px 32px 8px">
                    <h1
                      class="ink"
                      dir="auto"
                      style="margin:0 0 12px;${text(22, 28)};font-weight:700;color:${light.ink};overflow-wrap:anywhere;word-break:break-word"
                    >
                      ${letter.headline}
                    </h1>
                    <p class="ink" style="margin:0 0 20px;${text(size.text, 24)};color:${light.ink}">
                      ${letter.task}
                    </p>
                    ${buttonOf(letter, accent)}
                  </td>
                </tr>
                ${letter.parts.map(partOf)}
                <tr>
                  <td class="inside" style="padding:16px 32px 28px">
                    <p
                      class="soft line"
                      style="margin:0;padding-top:14px;border-top:1px solid ${light.line};${text(size.small, 19)};color:${light.soft}"
                    >
                      ${letter.footer}${
                        letter.number &&
                        html`<br />${letter.number.label}:
                          <span style="font-family:Menlo,Consolas,monospace;overflow-wrap:anywhere"
                            >${letter.number.text}</span
                          >`
                      }
                    </p>
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `.markup
}

const buttonOf = (letter: Letter, accent: string): Markup =>
  html`<table role="presentation" cellpadding="0" cellspacing="0" border="0">
    <tr>
      <td class="${letter.urgent ? 'late' : 'button'}" style="background:${accent};border-radius:8px">
        <a
          href="${letter.link.address}"
          class="on"
          style="display:inline-block;padding:12px 22px;${text(size.text, 22)};font-weight:600;color:${light.on};text-decoration:none"
          >${letter.link.label}</a
        >
      </td>
    </tr>
  </table>`

function partOf(part: Part): Markup {
  if (part.is === 'quote') return quoteOf(part)
  if (part.is === 'table') return tableOf(part)
  return html`<tr>
    <td class="inside" style="padding:16px 32px 8px">
      ${headingOf(part.label)}
      <p class="ink" style="margin:0;${text(size.fact, 23)};color:${light.ink}">${part.text}</p>
    </td>
  </tr> `
}

type PartThat<Is extends Part['is']> = Extract<Part, { is: Is }>

const tableOf = ({ facts, label, note }: PartThat<'table'>): Markup =>
  html`<tr>
      <td class="inside" style="padding:16px 32px 4px">
        ${label !== undefined && headingOf(label)}
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%">
          ${facts.map(factOf)}
        </table>
      </td>
    </tr>
    ${
      note !== undefined &&
      html`<tr>
        <td class="inside" style="padding:0 32px 4px">${noteOf(note)}</td>
      </tr>`
    }`

const factOf = ({ label, value, address }: Fact): Markup =>
  html`<tr>
    <td
      class="fact soft"
      valign="top"
      width="132"
      style="width:132px;padding:5px 12px 5px 0;${text(size.soft, 21)};color:${light.soft}"
    >
      ${label}
    </td>
    <td
      class="fact ink"
      valign="top"
      dir="auto"
      style="padding:5px 0;${text(size.fact, 21)};color:${light.ink};overflow-wrap:anywhere;word-break:break-word"
    >
      ${address ? html`<a href="${address}" class="link" style="color:${light.accent}">${value}</a>` : value}
    </td>
  </tr> `

const headingOf = (words: string): Markup =>
  html`<h2 class="soft" style="margin:0 0 6px;${text(size.soft, 21)};font-weight:600;color:${light.soft}">
    ${words}
  </h2>`

const quoteOf = ({ label, text: words, note }: PartThat<'quote'>): Markup =>
  html`<tr>
    <td class="inside" style="padding:14px 32px 4px">
      ${headingOf(label)}
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
        <tr>
          <td
            class="quote ink"
            dir="auto"
            style="padding:12px 16px;background:${light.ground};border-radius:8px;${text(size.fact, 23)};color:${light.ink};overflow-wrap:anywhere;word-break:break-word"
          >
            ${words.split('\n').map((line, i) => (i ? html`<br />${line}` : html`${line}`))}
          </td>
        </tr>
      </table>
      ${note !== undefined && noteOf(note)}
    </td>
  </tr> `

/** That there is more of what stands above, and where. */
const noteOf = (note: string): Markup =>
  html`<p class="soft" style="margin:6px 0 0;${text(size.soft, 21)};color:${light.soft}">${note}</p>`

const sheet = trusted(`
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.around{padding:0!important}.card{border-left:0!important;border-right:0!important;border-radius:0!important}.inside{padding-left:18px!important;padding-right:18px!important}.fact{display:block!important;width:auto!important;padding:0!important}.fact.soft{padding-top:10px!important}}
@media (prefers-color-scheme:dark){.ground{background:${dark.ground}!important}.card{background:${dark.card}!important;border-color:${dark.line}!important}.ink{color:${dark.ink}!important}.soft{color:${dark.soft}!important}.line{border-color:${dark.line}!important}.quote{background:${dark.ground}!important}.link{color:${dark.accent}!important}.button{background:${dark.accent}!important}.late{background:${dark.late}!important}.on{color:${dark.on}!important}}
`)

function textOf(letter: Letter): string {
  const labels = letter.parts
    .flatMap((part) => (part.is === 'table' ? part.facts : []))
    .map(({ label }) => label)
  const width = Math.max(...labels.map(({ length }) => length)) + 2
  return [
    letter.headline,
    letter.task,
    ...letter.parts.map((part) => plainPart(part, width)),
    `${letter.link.label}:\n${letter.link.address}`,
    `-- \n${letter.footer}${letter.number ? `\n${letter.number.label}: ${letter.number.text}` : ''}`,
  ]
    .join('\n\n')
    .concat('\n')
}

/** `width`: of the column of labels, the same in all tables of a letter. */
function plainPart(part: Part, width: number): string {
  if (part.is === 'text') return `${part.label}: ${part.text}`
  const note = part.note === undefined ? '' : `\n\n${part.note}`
  if (part.is === 'quote') return `${part.label}:\n${part.text.replace(/^/gm, '> ')}${note}`
  const rows = part.facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${value}`).join('\n')
  return `${part.label === undefined ? '' : `${part.label}:\n`}${rows}${note}`
}
