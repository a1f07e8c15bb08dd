/* Letters of other alphabets in Latin ones, by the customs of passports where there are some (Ukraine 2010, ICAO 9303). */

/** Of small letters. What is not here stays as it is. */
const latin: Readonly<Record<string, string>> = {
  ...pairs('абвгґдезиіклмнопрстуфыэ', 'a b v g g d e z y i k l m n o p r s t u f y e'),
  ...pairs('єжйїхцчшщьюяъё', 'ie zh i i kh ts ch sh shch  iu ia  e'),
  ...pairs('ўјљњђћџѓќѕ', 'u j lj nj dj c dz g k dz'),
  ...pairs('αβγδεζηθικλμνξοπρσςτυφχψω', 'a v g d e z i th i k l m n x o p r s s t y f ch ps o'),
  ...pairs('ßæøœłđðþħıŋŧ', 'ss ae o oe l d d th h i n t'),
  // Written one way or the other; the stroke is no letter.
  ...pairs('ىةـ', 'ي ه '),
}

function pairs(letters: string, words: string): Record<string, string> {
  const each = words.split(' ')
  return Object.fromEntries(Array.from(letters, (letter, i) => [letter, each[i] ?? '']))
}

/** Marks that people leave out: accents of European letters, points of Hebrew, vowels of Arabic. Others make another sign. */
const mark =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/

/** Of υ behind one of these: ου is u, αυ and ευ are av and ev. */
const upsilonBehind: Readonly<Record<string, string>> = { ο: 'u', α: 'v', ε: 'v' }

/** Small letters in NFKC, in Latin letters and without marks. */
export function latinOf(text: string): string {
  let made = ''
  let before = ''
  for (const sign of text) {
    // й, ї and ё are letters of their own, and no letters with marks.
    for (const part of Object.hasOwn(latin, sign) ? [sign] : sign.normalize('NFKD')) {
      if (mark.test(part)) continue
      made += (part === 'υ' && upsilonBehind[before]) || (Object.hasOwn(latin, part) ? latin[part] : part)
      before = part
    }
  }
  return made.normalize('NFC')
}
