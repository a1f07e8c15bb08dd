import { countryCodes } from './country-code.ts'
import { unseen } from './typed.ts'

/*
 * Problem: people write a country in their own language, and there are 250 languages.
 * Representation: Unicode's names (CLDR), which the runtime carries, as a map from the plain form of a name to its
 * code. Each map is made when it is first asked: what people write besides, the languages that we speak one by one,
 * and all others only for a text that is in none of these. docs/benchmarks.md has the times.
 * Invariant: a name that two countries share in one map has no code.
 * Rejected: a table made at the build (30,000 names are 570 KB in each bundle that reads a lead; as a map they take 2.3 MB).
 */

/** What people write besides Unicode's names. `?` says that it is more than one country, or none of today's. */
const everyday = `
  AE: UAE, Emirates, The Emirates, Dubai, Abu Dhabi, ОАЭ, ОАЕ, Эмираты, Емірати, VAE, Emirate, ZEA, EAU
  AT: Oesterreich, Republik Österreich, Republic of Austria
  BA: Bosnia, Bosnien, Босния, Боснія, Bosnie
  BO: Plurinational State of Bolivia
  BN: Brunei Darussalam
  BY: Belorussia, Byelorussia, Белоруссия, Білорусія, Weissrussland, Biélorussie, Republic of Belarus
  CD: DR Congo, DRC, Democratic Republic of the Congo, Zaire
  CG: Republic of the Congo, Congo Brazzaville
  CH: Swiss Confederation, Schweizerische Eidgenossenschaft, Confoederatio Helvetica
  CI: Ivory Coast, Elfenbeinküste
  CN: PRC, P R China, Peoples Republic of China, Mainland China, КНР
  CV: Cape Verde
  CZ: Czech Republic, The Czech Republic, Česká republika, Чешская Республика, Чеська Республіка, Czechy, Tschechische Republik, Republika Czeska, République tchèque, CZR
  DE: Federal Republic of Germany, Bundesrepublik Deutschland, BRD, FRG, ФРГ, ФРН, NRD, RFA
  DK: Daenemark
  DO: Dominican Rep, Dom Rep
  ES: Kingdom of Spain
  FI: Suomi
  FM: Federated States of Micronesia
  FR: French Republic, République française
  GB: England, Great Britain, Britain, Scotland, Wales, Northern Ireland, GBR, United Kingdom of Great Britain and Northern Ireland, Англия, Англія, Британия, Британія, Шотландия, Шотландія, Соединенное Королевство, Сполучене Королівство, Grossbritannien, Schottland, Nordirland, Anglia, Wielka Brytania, Szkocja, Angleterre, Grande Bretagne, Écosse, Pays de Galles, Inglaterra, Inghilterra
  GM: The Gambia
  GR: EL, Hellas, Hellenic Republic
  HK: Hong Kong, HongKong, Гонконг
  IE: Republic of Ireland, Eire
  IN: Bharat, Republic of India
  IR: Islamic Republic of Iran, Persia
  IT: Italian Republic
  KG: Kirghizia, Kirgizia, Киргизстан, Киргизия, Киргизія
  KR: South Korea, Republic of Korea, Korea South, S Korea, ROK, Rep of Korea
  KP: North Korea, Korea North, DPRK, Democratic Peoples Republic of Korea, КНДР
  KZ: Kazachstan, Republic of Kazakhstan
  LA: Lao Peoples Democratic Republic, Lao PDR
  LU: Luxemburg
  LY: State of Libya
  MD: Moldavia, Republic of Moldova, Молдавия, Молдавія, Moldawien
  MK: Macedonia, FYROM, Republic of North Macedonia, Македония, Македонія, Mazedonien
  MM: Burma
  MO: Macau, Macao
  NL: Holland, The Netherlands, Holanda, Голландия, Голландія, Holandia, Hollande, Olanda, Kingdom of the Netherlands
  NZ: Aotearoa
  PH: The Philippines, Phillipines, Philipines
  PL: Republic of Poland, Rzeczpospolita Polska
  PS: Palestine, State of Palestine
  PT: Portuguese Republic
  RO: Rumaenien
  RU: Russian Federation, The Russian Federation, Russia Federation, РФ, Російська Федерація, Российская Федерация, Russische Föderation, Federacja Rosyjska, Fédération de Russie
  SA: KSA, Kingdom of Saudi Arabia, КСА
  SK: Slovak Republic, Slovenská republika, Slowakische Republik
  SY: Syrian Arab Republic
  SZ: Swaziland
  TL: East Timor
  TR: Turkey, Turkiye, Republic of Turkey, Republic of Türkiye
  TW: Chinese Taipei, Taiwan Province of China
  TZ: United Republic of Tanzania
  UA: The Ukraine, УССР, Republic of Ukraine
  US: USA, U S A, U S, The USA, The US, The States, US of A, America, United States of America, The United States, The United States of America, Америка, США, Соединенные Штаты, Сполучені Штати Америки, Соединенные Штаты Америки, Vereinigte Staaten von Amerika, Amerika, Stany Zjednoczone Ameryki, États Unis d Amérique, EE UU, EEUU, EUA, Estados Unidos de América
  VA: Vatican, The Vatican, Holy See
  VE: Bolivarian Republic of Venezuela
  VN: Viet Nam, Socialist Republic of Vietnam
  ZA: RSA, Republic of South Africa, ЮАР, ПАР
  ?: Korea, Корея, Corée, Congo, Kongo, Конго, Virgin Islands, Saint Martin, St Martin, Sankt Martin, Guayana, USSR, СССР, СРСР, UdSSR, URSS, Soviet Union, Yugoslavia, Югославия, Югославія, Jugoslawien, Jugosławia, Yougoslavie, Czechoslovakia, Чехословакия, Чехословаччина, Tschechoslowakei, Czechosłowacja, Tchécoslovaquie, Serbia and Montenegro, Netherlands Antilles, Samoa Islands, Micronesian
`

/** All others of Unicode that have names of their own. */
const others =
  'af agq ak sq am ar hy as asa ast az ba bm eu bas be bn bez bg blo bo bs br brx my luy ca ccp ce cs cgg zh chr cv ' +
  'ckb syr sa sr csw cy da doi dje mn fa dsb nl dyo dz ee et el eo es ewo fo ff fi fil fy fur ga om gd ka gl kok gsw ' +
  'gu ha haw he hi hr hsb hu ia is id ie ii it ja jv jgo yi kab kam kn ks kk kde kea kgp km ki ky kln ko ku ksb ksf ksh ' +
  'kxv lag lo lv lb lg lij ln lt lkt lrc lu luo mk mai ml mi mr ms mer mfe mg mgh mt mni ro mua mzn naq nd nds ne nmg ' +
  'no nqo oc or os pa ps pcm pt rm rn rw sg sah sat sbp sc scn sd se seh shi shn si sk sl smn sn so su sv sw ta tt te tg ' +
  'th ti tk to tok tr tyv tzm ug ur uz vai vec vi wae wo xh xog yav yo yrl yue zu az-Cyrl bs-Cyrl en-AU es-419 fa-AF ' +
  'ff-Adlm fr-CA kk-Arab kok-Latn pt-PT ru-UA se-FI shi-Latn sr-Latn sr-Cyrl-BA sw-CD sw-KE uz-Cyrl vai-Latn yo-BJ ' +
  'yue-Hans zh-Hant zh-Hant-HK'

/** The code of the one country that has this name in any language. */
export function countryNamed(name: string): string | undefined {
  const asked = plainName(name)
  if (asked === '') return undefined
  for (const names of [everydayNames, ...namesWeSpeak, namesOfOthers])
    if (names().has(asked)) return names().get(asked)
  return undefined
}

/** Undefined as a value: the name of several. */
type Names = Map<string, string | undefined>

const everydayNames = once(() => {
  const names: Names = new Map()
  for (const line of everyday.trim().split('\n')) {
    const [code = '', list = ''] = line.trim().split(': ')
    for (const name of list.split(',')) names.set(plainName(name), code === '?' ? undefined : code)
  }
  return names
})

const namesWeSpeak = ['en', 'uk', 'ru', 'de', 'pl', 'fr'].map((language) =>
  once(() => {
    const names: Names = new Map()
    for (const style of ['long', 'short'] as const) addNames(names, language, style)
    return names
  }),
)

const namesOfOthers = once(() => {
  const names: Names = new Map()
  for (const language of others.split(' ')) addNames(names, language, 'long')
  return names
})

function addNames(names: Names, language: string, style: 'long' | 'short'): void {
  const display = new Intl.DisplayNames(language, { type: 'region', style, fallback: 'none' })
  for (const code of new Set(countryCodes.values())) {
    const name = plainName(display.of(code) ?? '')
    if (name) names.set(name, names.has(name) && names.get(name) !== code ? undefined : code)
  }
}

/** One form for the ways to write a name: small, without accents, and punctuation of every sort as spaces. */
const plainName = (name: string): string =>
  name
    .replace(unseen, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036F.’'ʼ`´]/g, '')
    .replace(/[łøđıßæœё]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

const plainLetters: Record<string, string> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe' }

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
