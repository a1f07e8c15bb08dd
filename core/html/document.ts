import type { Language } from '../record/id.ts'
import { documentWords } from '../words/words-of.ts'
import { html, trusted, type Markup } from './markup.ts'
import { style } from './style.ts'
import { light } from './theme.ts'

export interface Document {
  language: Language
  title: string
  /** whose page it is */
  company: string
  /** addresses of the same page in other languages, when it has them */
  translations?: Partial<Record<Language, string>>
  main: Markup
}

/** In one piece: the policy of page-headers.ts holds for each of its characters. */
const sheet = trusted(`<style>${style}</style>`)

/** A whole page of the public side. It is sent with the headers of page-headers.ts. */
export function renderDocument({ language, title, company, translations = {}, main }: Document): string {
  const languages = (Object.entries(translations) as [Language, string][]).filter(([, address]) => address)
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${company}</title>
        <link rel="icon" href="${iconAddress}" />
        ${sheet}
      </head>
      <body>
        <div class="page">
          <header>
            <div class="brand">${logo}<span>${company}</span></div>
            ${
              languages.length > 1 &&
              html`<nav aria-label="${documentWords[language].language}">
                ${languages.map(([code, address]) =>
                  code === language
                    ? html`<span aria-current="true" lang="${code}">${documentWords[code].ownName}</span>`
                    : html`<a href="${address}" hreflang="${code}" lang="${code}"
                        >${documentWords[code].ownName}</a
                      >`,
                )}
              </nav>`
            }
          </header>
          <main>${main}</main>
        </div>
      </body>
    </html> `.markup
}

/** The logo by itself, in colours that hold in the light and in the dark (SVG). */
export const icon =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="7" fill="${light.accent}"/>` +
  `<path d="M7 20V8l14 12V8" fill="none" stroke="${light.on}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** Within the page, so that no browser asks for it. */
const iconAddress = `data:image/svg+xml,${encodeURIComponent(icon)}`

const logo = html`<svg viewBox="0 0 28 28" aria-hidden="true">
  <rect width="28" height="28" rx="7" fill="currentColor" opacity=".16" />
  <path
    d="M7 20V8l14 12V8"
    fill="none"
    stroke="currentColor"
    stroke-width="2.6"
    stroke-linecap="round"
    stroke-linejoin="round"
  />
</svg>`
