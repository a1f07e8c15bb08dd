/** `a lead`, `an opportunity`: names of kinds are written as they are spoken. */
export const withArticle = (name: string): string => `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`

/** What one of these is: `a lead or an opportunity`. */
export const eitherOf = (names: readonly string[]): string => names.map(withArticle).join(' or ')
