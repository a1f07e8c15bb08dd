import { countryCodes } from './country-code.ts'
import { countryNamed } from './country-name.ts'
import { tidy } from './typed.ts'

/**
 * The ISO 3166 code, in two capitals, of the one country that a text names: as a code of two or three letters, by its
 * name in any language, as a flag, or as several of these that agree (`DE - Germany`, `Germany (DE)`). Of a text that
 * says anything else, or two countries, nothing is known.
 */
export function readCountry(typed: string): string | undefined {
  if (typed.length > 100) return undefined
  const text = tidy(typed.replace(flagsOfParts, ' GB ').replace(/[\r\n]+/g, ', '))
  const flags = [...text.matchAll(/[\u{1F1E6}-\u{1F1FF}]{2}/gu)].map(([flag]) => codeOfFlag(flag))
  const words = text.replace(/[\u{1F1E6}-\u{1F1FF}]{2}/gu, ' ').trim()
  const said = [...flags, ...(words ? readWords(words) : [])]
  const [first] = said
  return said.every((code) => code === first) ? first : undefined
}

/** Flags of England, Scotland and Wales: a black flag and characters that no font shows alone. */
const flagsOfParts = /\u{1F3F4}[\u{E0061}-\u{E007A}]+\u{E007F}/gu

/** The whole as one name, else each of its pieces: of one that is none, `undefined`. */
function readWords(words: string): (string | undefined)[] {
  // As lists of the ISO standard write it: Korea, Republic of.
  const turned = words.replace(/^([^,]+), ([^,]+ (?:of|of the))$/i, '$2 $1')
  const whole = readName(words) ?? (turned === words ? undefined : readName(turned))
  if (whole) return [whole]
  const pieces = words.split(separators)
  const names = pieces.map((piece) => piece.trim()).filter((piece) => /[\p{L}\p{N}]/u.test(piece))
  return names.length > 1 ? names.map(readName) : [undefined]
}

/** Characters between names, and the space between a name and a code in capitals. */
const separators = /[,;:/|()[\]{}=–—]|\s-|-\s|(?<=^[A-Z]{2,3})[\s-]|\s(?=[A-Z]{2,3}$)/

/** A code may carry points (U.S.A.), any name other characters around it. */
function readName(name: string): string | undefined {
  if (noCountry.test(name)) return undefined
  const code = name.replace(/[.\s*"'“”„«»!?]/g, '').toUpperCase()
  return countryCodes.get(code) ?? countryNamed(name) ?? countryNamed(name.replace(/^the /i, ''))
}

/** Answers that are words before they are codes (in capitals they are codes), and those that name no country on purpose. */
const noCountry =
  /^(?:[Nn]o|[Nn]a|(?:.* )?[Oo]ther(?: .*)?|[Aa]nother(?: .*)?|інш[аеі]( .*)?|друг(?:ая|ое)( .*)?|andere[sr]?( .*)?|inn[aey]( .*)?|autres?( .*)?)$/u

function codeOfFlag(flag: string): string | undefined {
  const code = [...flag]
    .map((letter) => String.fromCharCode((letter.codePointAt(0) ?? 0) - 0x1f1e6 + 65))
    .join('')
  return countryCodes.get(code)
}
