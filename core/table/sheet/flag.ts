/*
 * True and false as spreadsheets and people write them.
 */

const wordsFor = (yes: readonly string[], no: readonly string[]): ReadonlyMap<string, boolean> =>
  new Map([...yes.map((word) => [word, true] as const), ...no.map((word) => [word, false] as const)])

const english = wordsFor(['true', 'TRUE', 'True'], ['false', 'FALSE', 'False'])
/** What spreadsheets of other languages show for true and false. */
const foreign = wordsFor(
  [
    'WAHR',
    'VRAI',
    'VERDADERO',
    'VERO',
    'VERDADEIRO',
    'PRAWDA',
    'WAAR',
    'PRAVDA',
    'DOĞRU',
    'ИСТИНА',
    'ІСТИНА',
  ],
  ['FALSCH', 'FAUX', 'FALSO', 'FAŁSZ', 'ONWAAR', 'NEPRAVDA', 'YANLIŞ', 'ЛОЖЬ', 'ХИБНІСТЬ', 'ХИБНЕ'],
)
const answers = wordsFor(['yes', 'ja', 'так', 'да'], ['no', 'nein', 'ні', 'нет'])

/** True or false in the words of table files; undefined for other texts. */
export const readEnglishFlag = (text: string): boolean | undefined => english.get(text)

/** True or false as spreadsheets in any of the common languages write it; undefined for other texts. */
export const readFlag = (text: string): boolean | undefined => english.get(text) ?? foreign.get(text)

/** Yes or no, where nothing but a flag can be meant. */
export const readAnswer = (text: string): boolean | undefined => answers.get(text.toLowerCase())
