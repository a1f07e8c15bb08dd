import type { Language } from '../record/id.ts'
import { html, trusted, type Markup } from '../html/markup.ts'

export interface Fact {
  label: string
  value: string
  address?: string
}

export interface Letter {
  language: Language
  subject: string
  headline: string
  /** something is late */
  urgent: boolean
  task: string
  /** how to reach the customer */
  contact: Fact[]
  /** what the customer says otherwise than before */
  news: { label: string; facts: Fact[] } | undefined
  /** what else is known */
  facts: Fact[]
  /** the customer's own words; `note` here and below says that they go on, and where */
  quote: { label: string; text: string; note: string | undefined } | undefined
  /** what the customer sent besides, under names of strangers */
  also: { label: string; facts: Fact[]; note?: string | undefined } | undefined
  why: { label: string; sentences: string[] }
  link: { label: string; address: string }
  footer: string
  /** of the lead */
  number: { label: string; text: string } | undefined
}

/**
 * A letter as e-mail clients can show it: tables and inline styles, because half of them drop everything else; what
 * they do understand of a style sheet adds the small window and the dark. Nothing is fetched from anywhere.
 */
export const layOut = (letter: Letter): { html: string; text: string } => ({
  html: htmlOf(letter),
  text: textOf(letter),
})

const font = `font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif`

function htmlOf(letter: Letter): string {
  const accent = letter.urgent ? '#9a3412' : '#0b6b4f'
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
      <body class="ground" style="margin:0;padding:0;background:#f2f4f1">
        <div style="display:none;max-height:0;overflow:hidden">${letter.task}</div>
        <table
          role="presentation"
          width="100%"
          cellpadding="0"
          cellspacing="0"
          border="0"
          class="ground"
          style="background:#f2f4f1"
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
                style="width:100%;max-width:600px;background:#ffffff;border:1px solid #c9d1cb;border-radius:12px;border-collapse:separate"
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
                      style="margin:0 0 12px;${trusted(font)};font-size:22px;line-height:28px;font-weight:700;color:#1b2621;overflow-wrap:anywhere;word-break:break-word"
                    >
                      ${letter.headline}
                    </h1>
                    <p
                      class="ink"
                      style="margin:0 0 20px;${trusted(font)};font-size:16px;line-height:24px;color:#1b2621"
                    >
                      ${letter.task}
                    </p>
                    ${buttonOf(letter, accent)}
                  </td>
                </tr>
                ${tableOf(letter.contact)} ${letter.news && tableOf(letter.news.facts, letter.news.label)}
                ${letter.quote && quoteOf(letter.quote)} ${tableOf(letter.facts)}
                ${letter.also && tableOf(letter.also.facts, letter.also.label)}
                ${
                  letter.also?.note !== undefined &&
                  html`<tr>
                    <td class="inside" style="padding:0 32px 4px">${noteOf(letter.also.note)}</td>
                  </tr>`
                }
                ${
                  letter.why.sentences.length > 0 &&
                  html`<tr>
                    <td class="inside" style="padding:16px 32px 8px">
                      ${headingOf(letter.why.label)}
                      <p
                        class="ink"
                        style="margin:0;${trusted(font)};font-size:15px;line-height:23px;color:#1b2621"
                      >
                        ${letter.why.sentences.join(' ')}
                      </p>
                    </td>
                  </tr>`
                }
                <tr>
                  <td class="inside" style="padding:16px 32px 28px">
                    <p
                      class="soft line"
                      style="margin:0;padding-top:14px;border-top:1px solid #c9d1cb;${trusted(font)};font-size:13px;line-height:19px;color:#56635c"
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

const buttonOf = ({ link }: Letter, accent: string): Markup =>
  html`<table role="presentation" cellpadding="0" cellspacing="0" border="0">
    <tr>
      <td class="${accent === '#9a3412' ? 'late' : 'button'}" style="background:${accent};border-radius:8px">
        <a
          href="${link.address}"
          class="on"
          style="display:inline-block;padding:12px 22px;${trusted(font)};font-size:16px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none"
          >${link.label}</a
        >
      </td>
    </tr>
  </table>`

const tableOf = (facts: Fact[], heading?: string): Markup | false =>
  facts.length > 0 &&
  html`<tr>
    <td class="inside" style="padding:16px 32px 4px">
      ${heading !== undefined && headingOf(heading)}
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%">
        ${facts.map(factOf)}
      </table>
    </td>
  </tr> `

const factOf = ({ label, value, address }: Fact): Markup =>
  html`<tr>
    <td
      class="fact soft"
      valign="top"
      width="132"
      style="width:132px;padding:5px 12px 5px 0;${trusted(font)};font-size:14px;line-height:21px;color:#56635c"
    >
      ${label}
    </td>
    <td
      class="fact ink"
      valign="top"
      dir="auto"
      style="padding:5px 0;${trusted(font)};font-size:15px;line-height:21px;color:#1b2621;overflow-wrap:anywhere;word-break:break-word"
    >
      ${address ? html`<a href="${address}" class="link" style="color:#0b6b4f">${value}</a>` : value}
    </td>
  </tr> `

const headingOf = (text: string): Markup =>
  html`<h2
    class="soft"
    style="margin:0 0 6px;${trusted(font)};font-size:14px;line-height:21px;font-weight:600;color:#56635c"
  >
    ${text}
  </h2>`

const quoteOf = ({ label, text, note }: NonNullable<Letter['quote']>): Markup =>
  html`<tr>
    <td class="inside" style="padding:14px 32px 4px">
      ${headingOf(label)}
      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
        <tr>
          <td
            class="quote ink"
            dir="auto"
            style="padding:12px 16px;background:#f2f4f1;border-radius:8px;${trusted(font)};font-size:15px;line-height:23px;color:#1b2621;overflow-wrap:anywhere;word-break:break-word"
          >
            ${text.split('\n').map((line, i) => (i ? html`<br />${line}` : html`${line}`))}
          </td>
        </tr>
      </table>
      ${note !== undefined && noteOf(note)}
    </td>
  </tr> `

/** That there is more of what stands above, and where. */
const noteOf = (note: string): Markup =>
  html`<p class="soft" style="margin:6px 0 0;${trusted(font)};font-size:14px;line-height:21px;color:#56635c">
    ${note}
  </p>`

const sheet = trusted(`
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.around{padding:0!important}.card{border-left:0!important;border-right:0!important;border-radius:0!important}.inside{padding-left:18px!important;padding-right:18px!important}.fact{display:block!important;width:auto!important;padding:0!important}.fact.soft{padding-top:10px!important}}
@media (prefers-color-scheme:dark){.ground{background:#131916!important}.card{background:#1b2320!important;border-color:#35413b!important}.ink{color:#e9efeb!important}.soft{color:#a5b3ac!important}.line{border-color:#35413b!important}.quote{background:#131916!important}.link{color:#62cfa6!important}.button{background:#62cfa6!important}.late{background:#fdba74!important}.on{color:#10201a!important}}
`)

function textOf(letter: Letter): string {
  const width =
    Math.max(
      ...[
        ...letter.contact,
        ...(letter.news?.facts ?? []),
        ...letter.facts,
        ...(letter.also?.facts ?? []),
      ].map(({ label }) => label.length),
    ) + 2
  const table = (facts: Fact[]) =>
    facts.length > 0 && facts.map(({ label, value }) => `${`${label}:`.padEnd(width)}${value}`).join('\n')
  return [
    letter.headline,
    letter.task,
    table(letter.contact),
    letter.news && `${letter.news.label}:\n${table(letter.news.facts)}`,
    letter.quote &&
      `${letter.quote.label}:\n${letter.quote.text.replace(/^/gm, '> ')}${letter.quote.note ? `\n\n${letter.quote.note}` : ''}`,
    table(letter.facts),
    letter.also &&
      `${letter.also.label}:\n${table(letter.also.facts)}${letter.also.note ? `\n\n${letter.also.note}` : ''}`,
    letter.why.sentences.length > 0 && `${letter.why.label}: ${letter.why.sentences.join(' ')}`,
    `${letter.link.label}:\n${letter.link.address}`,
    `-- \n${letter.footer}${letter.number ? `\n${letter.number.label}: ${letter.number.text}` : ''}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n')
    .concat('\n')
}
