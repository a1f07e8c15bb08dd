/* Somebody or a company as a small disc of letters: people are round, companies square. */

/** The letters of the first two words that have one; who is known by a number alone has its sign. */
export function initialsOf(name: string): string {
  if (/^\+?\d/.test(name)) return '#'
  const words = name.split(/[\s«»"“”„.,()]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word))
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : words
  return letters.map((word) => [...word][0]!.toUpperCase()).join('') || '–'
}

/** One of five grounds, the same for the same name. */
const groundOf = (name: string): number =>
  [...name].reduce((sum, each) => (sum * 31 + each.codePointAt(0)!) % 997, 7) % 5

export const Avatar = ({
  name,
  size = 24,
  square = false,
}: {
  name: string
  size?: 24 | 40 | 48
  square?: boolean
}) => (
  <span
    className={`avatar avatar-${size} ground-${groundOf(name)}${square ? ' square' : ''}`}
    aria-hidden="true"
  >
    {initialsOf(name)}
  </span>
)
