import { expect, test } from 'vitest'
import type { Fields } from '../body/body.ts'
import { sortFields } from '../part.ts'

test.each<[string, Record<string, string>, object]>([
  [
    'the usual names',
    { full_name: 'Ann Lee', 'your-email': 'a@c.example', phone_number: '+44 20 7946 0018' },
    { name: 'Ann Lee', email: 'a@c.example', phone: '+44 20 7946 0018' },
  ],
  [
    'German',
    {
      Vorname: 'Jörg',
      Nachname: 'Groß',
      'E-Mail-Adresse': 'j@c.example',
      Telefonnummer: '030 901820',
      Firma: 'Groß GmbH',
      Nachricht: 'Bitte anrufen',
    },
    {
      name: 'Jörg Groß',
      email: 'j@c.example',
      phone: '030 901820',
      company: 'Groß GmbH',
      message: 'Bitte anrufen',
    },
  ],
  [
    'Spanish',
    {
      nombre: 'Ana',
      apellidos: 'García López',
      correo: 'a@c.example',
      teléfono: '+34 612 34 56 78',
      empresa: 'Firma SL',
      mensaje: 'Necesitamos sensores',
      país: 'España',
    },
    {
      name: 'Ana García López',
      email: 'a@c.example',
      phone: '+34 612 34 56 78',
      company: 'Firma SL',
      message: 'Necesitamos sensores',
      country: 'España',
    },
  ],
  [
    'Italian',
    {
      nome: 'Anna',
      cognome: 'Rossi',
      email: 'a@c.example',
      telefono: '+39 06 1234 5678',
      azienda: 'Ditta',
      messaggio: 'Ci servono sensori',
    },
    {
      name: 'Anna Rossi',
      email: 'a@c.example',
      phone: '+39 06 1234 5678',
      company: 'Ditta',
      message: 'Ci servono sensori',
    },
  ],
  [
    'Chinese',
    { 姓名: '王伟', 邮箱: 'w@c.example', 电话: '+86 138 0013 8000', 留言: '我们需要四十个传感器' },
    { name: '王伟', email: 'w@c.example', phone: '+86 138 0013 8000', message: '我们需要四十个传感器' },
  ],
  [
    'Ukrainian',
    {
      'Ім’я та прізвище': 'Олена Кравець',
      'Електронна пошта': 'o@c.example',
      'Номер телефону': '050 123 45 67',
      Компанія: 'Водоканал',
      Повідомлення: 'Потрібні датчики',
    },
    {
      name: 'Олена Кравець',
      email: 'o@c.example',
      phone: '050 123 45 67',
      company: 'Водоканал',
      message: 'Потрібні датчики',
    },
  ],
  [
    'Russian',
    {
      Фамилия: 'Иванов',
      Имя: 'Пётр',
      Отчество: 'Ильич',
      Почта: 'p@c.example',
      Телефон: '+7 495 123-45-67',
      Вопрос: 'Сколько стоит?',
    },
    { name: 'Пётр Ильич Иванов', email: 'p@c.example', phone: '+7 495 123-45-67', message: 'Сколько стоит?' },
  ],
  [
    'Polish',
    {
      'Imię i nazwisko': 'Ewa Wójcik',
      'Adres e-mail': 'e@c.example',
      'Numer telefonu': '22 123 45 67',
      'Nazwa firmy': 'Woda',
      'Treść wiadomości': 'Proszę o ofertę',
    },
    {
      name: 'Ewa Wójcik',
      email: 'e@c.example',
      phone: '22 123 45 67',
      company: 'Woda',
      message: 'Proszę o ofertę',
    },
  ],
  [
    'French',
    {
      Prénom: 'Luc',
      Nom: 'Morel',
      Courriel: 'l@c.example',
      Téléphone: '01 42 68 53 00',
      Société: 'Eau',
      'Votre message': 'Un devis',
    },
    { name: 'Luc Morel', email: 'l@c.example', phone: '01 42 68 53 00', company: 'Eau', message: 'Un devis' },
  ],
])('names of fields are read: %s', (_, body, expected) => {
  const { filled } = sortFields(Object.entries(body) as Fields, undefined)
  const parts = Object.entries(filled).map(([part, values]) => [part, values[0]])
  expect(Object.fromEntries(parts)).toEqual(expected)
})
