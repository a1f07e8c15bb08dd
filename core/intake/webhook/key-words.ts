/*
 * What the names of fields mean, in the languages of our visitors and in those of machines. Written without accents and
 * in small letters, as `wordsOf` reduces a name.
 */

/** A name as its words: `your-email`, `E-Mail`, `PHONE_NUMBER`, `firstName`, `Ім’я` → your email, e mail, … */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ')
    .normalize('NFKD')
    .replace(/[\p{M}'’ʼ`´]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !/^\d+$/.test(word))
}

export interface Words {
  has(word: string): boolean
}

/** Read when they are asked for: most forms name their fields, and a cold start does without this dictionary. */
function set(text: string): Words {
  let words: ReadonlySet<string> | undefined
  return { has: (word) => (words ??= new Set(text.split(/\s+/).flatMap((part) => wordsOf(part)))).has(word) }
}

/** Words that change nothing about what a name means. */
export const filler = /* @__PURE__ */ set(`
  a an the your you my our me is s what whats are please enter no required optional contact customer client lead person
  visitor respondent applicant submitter subscriber
  ihr ihre ihren dein deine mein meine die der das den wie ist bitte geben sie
  votre ton mon ma le la les de du des quel est su tu el il lo suo
  ваш ваша ваше ваши вашу ваші твое твоя мій мой моя моє как какой какая яка який
  twoj twoja twoje moj moja pani pana podaj
`)
/** Those that would make a person's name another one: a field name, a business name. */
export const placeFiller =
  set(`of in or field input text value label primary main work business personal private user
  geschaftlich dienstlich`)

export const emailWords = /* @__PURE__ */ set(`
  email emails mail correo eposta 邮箱 邮件 电子邮件 電郵 emailaddress mailaddress emailadresse mailadresse epost courriel mejl почта пошта емейл имейл імейл
  емайл мейл мыло эмейл електронка
`)
export const emailExtras =
  set(`e address adresse adres адрес адреса электронная электронной електронна електронної
  elektronischer elektroniczny poczta electronique`)

export const phoneStems =
  /^(tele?fon|tele?phon|phone|tel$|mobil|handy|cell|whatsapp|rufnummer|телефон|тел$|моб|komork|portable$|gsm$|电话|手机|電話)/
export const phoneExtras = /* @__PURE__ */ set(
  `number no nr nummer numer номер numero digits tel phone telefon`,
)

export const givenWords = set(
  `first firstname fname given givenname vorname vor prenom imie имя імя forename`,
)
export const familyWords = /* @__PURE__ */ set(`
  last lastname lname surname family familyname nachname familienname zuname nazwisko фамилия прізвище famille apellido apellidos cognome soyad soyadi`)
export const middleWords = /* @__PURE__ */ set(`middle middlename отчество батькові`)
export const nameWords = set(
  `name names fullname full namen nom nombre nome 姓名 фио піб complete vollstandiger полное повне und et i та и по`,
)
/** Which of them a person's name is called by; the others only stand beside. */
export const nameNouns = /* @__PURE__ */ set(`name names fullname namen nom nombre nome 姓名 фио піб`)

let questions: ReadonlySet<string> | undefined

/** Whether the words are a question of which the answer is a name. */
export function asksForName(words: readonly string[]): boolean {
  questions ??= new Set(
    [
      'Who are you?',
      'What should we call you?',
      'Wie heißen Sie?',
      'Wie heißt du?',
      'Як вас звати?',
      'Как вас зовут?',
      'Jak się nazywasz?',
      'Jak masz na imię?',
      'Comment vous appelez-vous ?',
    ].map((question) => wordsOf(question).join(' ')),
  )
  return questions.has(words.join(' '))
}

export const companyWords = /* @__PURE__ */ set(`
  company companyname organization organisation firma firm unternehmen betrieb компания компанія организация
  організація фирма фірма societe entreprise przedsiebiorstwo employer empresa azienda sirket 公司 firmenname unternehmensname organizacja
  firmy przedsiebiorstwa organizacji компании компанії организации організації фирмы фірми unternehmens`)
export const companyExtras = /* @__PURE__ */ set(
  `name nazwa название назва nom der of raison sociale business`,
)

export const messageWords = /* @__PURE__ */ set(`
  message messages comment comments question questions enquiry inquiry request nachricht anfrage bemerkung bemerkungen
  mitteilung kommentar frage anliegen сообщение повідомлення комментарий коментар вопрос питання запитання wiadomosc
  wiadomosci tresc komentarz pytanie commentaire demande mensaje messaggio mesaj 留言 消息 notes note details textarea запрос запит`)
export const messageTypes = /textarea|long_?text|paragraph|multi_?line/i

export const countryWords = /* @__PURE__ */ set(`country land країна страна kraj pays pais paese ulke 国家`)
export const countryExtras = /* @__PURE__ */ set(`name code region of residence`)

/** Of a name: it tells something about the thing, or somebody else's. */
export const otherThing = /* @__PURE__ */ set(`
  id ids uuid guid token hash key type status consent opt optin newsletter subscribe permission verified valid count
  code template notification notify url link href domain website provider version ip preview error success
  confirmation thank thanks agree privacy gdpr dsgvo terms policy agent time date timestamp fax model system brand
  ext extension preferred format locale language file filename size md5 sha256 index score
`)

/** Of a name or of what it lies in: it belongs to somebody else than the customer. */
export const otherPerson = /* @__PURE__ */ set(`
  owner account admin administrator sender recipient recipients cc bcc replyto vendor support assignee
  workspace creator author integration bot webhook merchant seller referrer referral friend colleague kollege partner
  manager boss supervisor hotline operator emergency billing invoice staff guest guests host hosts organizer organiser
  teammate teammates agent rep
`)

/** As otherPerson, where the whole name has no more than two words: in a question they mean nothing. */
export const otherEnd = /* @__PURE__ */ set(`from to reply at team site best time`)

/** Of what a leaf lies in, one or several of them: nothing in it was said by a customer. */
const machinery = /* @__PURE__ */ set(`
  meta metadata context definition schema settings config configuration headers header notification notifications
  owner account admin workspace site page creator author assignee integration vendor support sender
  recipient recipients campaign tracking utm device browser geo webhook subscription organization organisation team
  merchant seller referrer agent teammate moderator operator staff host organizer organiser assigned membership guest
`)

/** Whether a word is of machinery, in the plural too: `teammates: { admins: [ … ] }`. */
export const isMachinery = (word: string): boolean =>
  machinery.has(word) || (word.endsWith('s') && machinery.has(word.slice(0, -1)))
