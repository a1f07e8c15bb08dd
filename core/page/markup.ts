/** Text that is markup already. Only `html` makes it, so whatever else is put into a page is escaped. */
export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | false | undefined | readonly Part[]

/**
 * A piece of HTML: what stands in `${…}` is escaped unless it is markup itself; nothing stands for `false` and
 * `undefined`. Attribute values must be in double quotes.
 * @example html`<a href="${address}">${name}</a>`
 */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Markup => ({
  markup: texts.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join(''),
})

/** Markup that was checked by its writer, such as a style sheet of our own. */
export const trusted = (markup: string): Markup => ({ markup })

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return 'markup' in part ? part.markup : part.map(render).join('')
}
