import { expect, test } from 'vitest'
import { readConsent } from './consent.ts'

test.each<[unknown]>([
  [true],
  [1],
  ['on'],
  ['Yes'],
  ['1'],
  ['true'],
  ['так'],
  ['Да.'],
  ['Ja'],
  ['tak'],
  ['oui'],
  ['☑️'],
  ['I agree'],
  ['згодна'],
])('%j is a yes', (value) => expect(readConsent(value)).toEqual({ said: 'yes' }))

test.each<[unknown]>([
  [false],
  [0],
  ['no'],
  ['0'],
  ['off'],
  ['False'],
  ['ні'],
  ['нет'],
  ['Nein'],
  ['nie'],
  ['non'],
  ['не згоден'],
  ['unchecked'],
])('%j is a no', (value) => expect(readConsent(value)).toEqual({ said: 'no' }))

test.each<[unknown]>([
  ['maybe'],
  ['newsletter'],
  ['2'],
  ['I do not agree to be contacted'],
  ['No, please do not call me'],
  ['Ich möchte nicht kontaktiert werden'],
  ['Я не даю згоди на дзвінки'],
  ['consent form shown'],
  ['Unsubscribe me from all lists'],
  ['Stop sending me e-mails please'],
  ['I disagree with your privacy policy'],
  ['I want to opt out of everything'],
  ['I’ve read it and won’t agree'],
  ['Consent of this visitor: false'],
  ['Я против обработки моих персональных данных'],
  ['Заперечую проти обробки моїх даних'],
  ['Ich lehne die Verarbeitung meiner Daten ab'],
  ['Bitte löschen Sie meine Daten'],
  ['Brak zgody na przetwarzanie danych'],
  ['Je m’oppose au traitement de mes données'],
  ['Kişisel verilerimin işlenmesini kabul etmiyorum'],
  [{ agreed: true }],
])('%j is nothing that anybody agreed to', (value) => expect(readConsent(value)).toEqual({ said: 'unknown' }))

test.each([
  'I agree that you may call me.',
  'I have read and accept the privacy policy',
  'Ja, ich habe die Datenschutzerklärung gelesen',
  'Wyrażam zgodę na przetwarzanie moich danych',
  'J’accepte la politique de confidentialité',
  'Даю согласие на обработку персональных данных',
  'Я погоджуюсь на обробку персональних даних',
  'By sending this you agree that we use these details to answer you. We do not pass them on.',
  'Надсилаючи, ви дозволяєте нам відповісти вам за цими даними. Ми нікому їх не передаємо.',
  'Отправляя, вы разрешаете нам ответить вам по этим данным. Мы никому их не передаём.',
])('the words of a form are kept: %j', (text) => expect(readConsent(text)).toEqual({ said: 'text', text }))

test.each<[unknown]>([[''], [' '], [null]])('%j says nothing', (value) =>
  expect(readConsent(value)).toBeUndefined(),
)
