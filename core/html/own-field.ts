/** Fields of our own form page, beside those that the visitor fills in. */
export const ownFields = {
  /** no person sees it; programs fill in whatever is named like this */
  honeypot: '_website',
  /** when the page was shown, in milliseconds */
  shown: '_shown',
  /** makes a repeated submission recognizable */
  key: '_key',
  /** language in which the page was shown, so that of the consent */
  language: '_language',
  /** says that the consent text was shown */
  consent: '_consent',
  /** in which character set it was sent: browsers fill it in (https://html.spec.whatwg.org/#naming-form-controls:-the-name-attribute) */
  charset: '_charset_',
  page: '_page',
  referrer: '_referrer',
} as const

/** What our page sends in the field `_consent`. */
export const consentShown = 'shown'

const own = new Set<string>(Object.values(ownFields))

/** Whether our page made a field. Another `_` in front means nothing: form services name what a customer typed like that too. */
export const isOwnField = (name: string): boolean => own.has(name)
