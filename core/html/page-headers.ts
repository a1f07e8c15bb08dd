/** Of the style sheet in style.ts, for the content security policy; a test holds it to the text. */
export const styleHash = 'sha256-JBC30270tIgThj/nzuFr48kqO0whqQ7WCigtLcy+8ig='

/** What a page needs beyond its own text and style. */
export interface PagePolicy {
  /** origins of the sites that may show it in a frame; default: none */
  embed?: readonly string[] | undefined
  /** of the scripts that stand in it, as `sha256-…`; they may ask nobody but us */
  scripts?: readonly string[]
  /**
   * Whether our own pages learn from which of them somebody came: a form tells so on which page it was sent. Nobody else
   * ever learns it: addresses hold the numbers of leads and receipts.
   */
  tellsUs?: boolean
}

/**
 * The headers of every page: what it may load, run and ask, who may show it, and what its address tells others. Nothing
 * is loaded, and only our own script runs: what a stranger typed could not act even if it were not escaped.
 */
export function pageHeaders({ embed = [], scripts = [], tellsUs = false }: PagePolicy = {}): Record<
  string,
  string
> {
  const policy = [
    `default-src 'none'`,
    `style-src '${styleHash}'`,
    `img-src data:`,
    ...(scripts.length ? [`script-src ${quoted(scripts)}`, `connect-src 'self'`] : []),
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors ${embed.length ? embed.join(' ') : `'none'`}`,
  ]
  return {
    'content-security-policy': policy.join('; '),
    'referrer-policy': tellsUs ? 'same-origin' : 'no-referrer',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'x-content-type-options': 'nosniff',
  }
}

const quoted = (hashes: readonly string[]): string => hashes.map((hash) => `'${hash}'`).join(' ')
