/** Text that is markup already. Only `html` makes it, so whatever else is put into a page is escaped. */
export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | false | undefined | readonly Part[]

/**
 * A piece of HTML: what stands in `${…}` is escaped unless it is markup itself; nothing stands for `false` and
 * `undefined`. Attribute values must be in double quotes. Indentation is for whoever writes it, and left out.
 * @example html`<a href="${address}">${name}</a>`
 */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  let between = known.get(texts)
  if (!between) known.set(texts, (between = withoutIndentation(texts)))
  let markup = between[0]!
  for (let i = 0; i < parts.length; i++) markup += render(parts[i]) + between[i + 1]!
  return { markup }
}

/** A template is the same object each time it is filled in. */
const known = new WeakMap<TemplateStringsArray, string[]>()

/** A third of an e-mail, each space of it three characters long on its way to SES. Within `<pre>` spaces are read. */
function withoutIndentation(texts: TemplateStringsArray): string[] {
  let isPreformatted = false
  return texts.map((text) =>
    text
      .split(/(<\/?pre\b)/)
      .map((piece) => {
        if (piece === '<pre' || piece === '</pre') isPreformatted = piece === '<pre'
        return isPreformatted ? piece : piece.replace(/\s*\n\s*/g, '\n')
      })
      .join(''),
  )
}

/** Markup that was checked by its writer, such as a style sheet of our own. */
export const trusted = (markup: string): Markup => ({ markup })

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
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
