import { tidy } from './typed.ts'

/*
 * Where a person gets e-mail, as one writing for one address: what two submissions must share to be of one customer.
 * Whatever is odd is kept as it was typed and makes no key: a wrong guess would join two strangers.
 */

/** Part of the web platform and of Node, but not of the language: declared here, because the core has no other types. */
declare const URL: { parse(address: string): { hostname: string } | null }

export interface Email {
  /** in small letters; as it was typed when it is none */
  address: string
  /** part after @, an international one in its ASCII form (xn--…); only of an address that can be one */
  domain?: string
  /** unique among open leads, one for all ways to write the domain; only of an address that can be one */
  key?: string
  /** the text says more than this address */
  hasMore?: true
}

/**
 * The first e-mail address of a text, without what surrounds it: a display name, mailto: with its question, characters of
 * the sentence. Dots and +tags stay: they may be another mailbox. An address that fits one of `placeholders`
 * (`none@none.com`, `noemail@*`) is nobody's: it is kept as it was typed.
 */
export function readEmail(typed: string, placeholders: readonly string[] = []): Email | undefined {
  const text = tidy(typed).replace(/[。｡]/g, '.')
  if (!text) return undefined
  const parts = splitAddresses(text)
  for (const part of parts) {
    const found = addressOf(part)
    // `john smith@example.com`: the word before it may be its beginning.
    if (
      !found ||
      (part === parts[0] && /(?:^|\s)[\p{L}\p{N}._-]+ $/u.test(text.slice(0, text.indexOf(part))))
    )
      continue
    if (isPlaceholder(found.key, placeholders)) return { address: found.address }
    return {
      ...found,
      ...((parts.length > 1 || hasWords(text, found.address)) && { hasMore: true as const }),
    }
  }
  return { address: typed.trim() }
}

/** One text for all ways to write the address of a mailbox; what is none is itself. */
export const mailboxOf = (address: string): string => readEmail(address)?.key ?? address

/** Whether an entry of the list covers an address; `*` on one side of the @ is anything. */
function isPlaceholder(address: string, placeholders: readonly string[]): boolean {
  const [local, domain] = halves(address)
  return placeholders.some((entry) => {
    const [left, right] = halves(entry.toLowerCase())
    return (left === '*' || left === local) && (right === '*' || right === domain)
  })
}

function halves(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@')
  return [address.slice(0, at), address.slice(at + 1)]
}

/** What may be an address each: pieces with an @, out of their brackets and quotes. */
function splitAddresses(text: string): string[] {
  const bare = text.replace(/(\S)\s+@\s+(\S)/, (whole, before: string, behind: string) =>
    // A gap around the @ of one lone address.
    /^\S+\s+@\s+\S+$/.test(text) ? `${before}@${behind}` : whole,
  )
  return bare.split(/[\s,;|<>()[\]{}]+|\/(?=\S+@)/).filter((piece) => piece.includes('@'))
}

/** Without quotes around it and punctuation of the sentence behind it. A dot at the end is the root of the domain. */
function addressOf(piece: string): { address: string; domain: string; key: string } | undefined {
  const text = unescaped(piece.replace(/^["'“”„«»‘’:]*(?:e-?mail:|mailto:)?/i, '').replace(/\?.*$/, ''))
  const address = text.replace(/^["'“”„«»‘’*]+|["'“”„«»‘’.,:!?*]+$/g, '').toLowerCase()
  // 254: the longest that SMTP can carry (RFC 5321).
  if (address.length > 254 || !wholeAddress.test(address)) return undefined
  const [local, typedDomain] = halves(address)
  const domain = asciiDomain(typedDomain)
  return domain === undefined ? undefined : { address, domain, key: `${local}@${domain}` }
}

/** A link carries its address with escapes. What would then be another text again is kept as it stands. */
function unescaped(text: string): string {
  if (!text.includes('%')) return text
  try {
    const plain = decodeURIComponent(text)
    return /[\s,;|<>()[\]{}/?]|%[\da-f]{2}/i.test(plain) ? text : plain
  } catch {
    return text
  }
}

const wholeAddress =
  /^(?!\.)(?!.*\.\.)[^\s@<>(),;:"[\]\\\p{Cc}]+(?<!\.)@(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}])?\.)+(?!\p{N}+$)[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}]$/u

/** The domain as the name system has it (UTS 46); undefined when it cannot be one. */
function asciiDomain(domain: string): string | undefined {
  if (/^[a-z0-9._-]+$/.test(domain) && !domain.includes('xn--')) return domain
  return URL.parse(`https://${domain}/`)?.hostname
}

/** A name before an address in brackets is its display name; other words are more than an address. */
function hasWords(text: string, address: string): boolean {
  const isNamed = /^[^@<>]*<\s*[^<>\s]+\s*>$/.test(text)
  const bare = text.toLowerCase().replace(/\s+@\s+/, '@')
  const rest = bare.replace(/(?:mailto:|e-?mail:)/, '').split('?', 1)[0] ?? ''
  return !isNamed && /[\p{L}\p{N}]/u.test(unescaped(rest).replace(address, ''))
}
