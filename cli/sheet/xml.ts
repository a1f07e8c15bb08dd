import { Parser } from 'saxen'

type Attributes = Record<string, string>

interface Hooks {
  open?(tag: string, attributes: Attributes): void
  close?(tag: string): void
  text?(text: string): void
}

/** Walks XML, tags without their prefix. Throws SyntaxError when it is none. */
export function walk(xml: string, file: string, { open, close, text }: Hooks): void {
  const bare = (name: string): string => name.slice(name.indexOf(':') + 1)
  const parser = new Parser()
  parser.on('openTag', (name, attributesOf, decode) => {
    const attributes = attributesOf()
    open?.(
      bare(name),
      Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, decode(String(value))])),
    )
  })
  parser.on('closeTag', (name) => close?.(bare(name)))
  parser.on('text', (value, decode) => text?.(decode(value)))
  parser.on('cdata', (value) => text?.(value))
  // An attribute that is none would only be a warning, and left out: a cell would say something else.
  for (const what of ['error', 'warn'] as const)
    parser.on(what, (error) => {
      throw new SyntaxError(`${file} is damaged: ${error.message}`)
    })
  if (xml !== '') parser.parse(xml)
}

/** Control characters are written as _x000D_. */
export const unescape = (text: string): string =>
  text.replace(/_x([0-9a-fA-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
export const escape = (text: string): string =>
  text
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    // oxlint-disable-next-line no-control-regex
    .replace(
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
      (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
