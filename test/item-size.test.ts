import { describe, expect, test } from 'vitest'
import { leadOf } from '../bench/lead/message.ts'
import { openIntake, post, start, tools } from './fixture/intake.ts'
import { sizeOf } from './fixture/size.ts'
import { personId, teamId, toInstant } from '#core/record/id.ts'
import { fromItem, toItem, type Item } from '#core/record/item.ts'
import { leadKind, type Lead } from '#core/kind/sales/lead.ts'
import { nothingKnown, receive } from '#core/intake/receive.ts'

const german = `Guten Tag, wir sind eine Käserei im Allgäu mit zwei Betriebsstätten und möchten unsere Reifekeller endlich ohne Zettel überwachen. Bisher geht der Lehrling jeden Morgen durch alle elf Räume und schreibt auf, was die Thermometer anzeigen; am Wochenende macht es niemand, und genau dann ist uns im vergangenen August die Kühlung ausgefallen. Gebraucht würden Fühler für Temperatur und Feuchte, die durch dicke Bruchsteinmauern funken, dazu eine Meldung aufs Handy, sobald ein Keller wärmer als vierzehn Grad wird. Die Prüfstelle verlangt, dass jeder Wert sieben Jahre lang aufgehoben wird und sich nachträglich nicht ändern lässt. Einen Server haben wir nicht, nur einen alten Rechner im Büro. Was würde so etwas kosten, und wer baut es ein? Ließe sich mit einem Keller anfangen, um zu sehen, ob der Funk überhaupt durchkommt? Mein Mann versteht etwas von Elektrik und könnte die Fühler selbst anschrauben. Donnerstags stehen wir auf dem Markt, sonst bin ich ab drei Uhr erreichbar. Herzliche Grüße, Ihre Walburga Öttl`
const ukrainian = `Добрий вечір! Пишу від імені тепличного господарства під Черкасами: вирощуємо томати й огірки на шести гектарах, восени закладаємо ще дві теплиці. Клімат досі тримаємо на око, і торік через несправний клапан за одну ніч змерзла третина розсади. Хочемо поставити вимірювання вологості ґрунту, температури повітря й вуглекислого газу, аби агроном бачив усе в телефоні та отримував дзвінок, щойно щось піде не так. Живлення є не всюди, тож частина приладів мусить працювати від батарей хоча б сезон. Скажіть, скільки приблизно вийде на одну теплицю, чи ставите ви все самі й чи навчите наших дівчат користуватися. Окремо цікавить, як воно переживе вимкнення світла: у нас його не буває по чотири години на добу. Кошти маємо з гранту, витратити їх треба до кінця червня, отже зволікати не можемо. Приїжджайте подивитися, нагодуємо й покажемо все на місці. Дзвонити найкраще надвечір, удень у теплиці не чути. Щиро дякую наперед, Лідія Опанасівна Чорновол, головна агрономка господарства «Ранок».`

const posts: [string, Record<string, string>][] = [
  ['the bench', leadOf('size', 3) as Record<string, string>],
  [
    'a German customer',
    {
      name: 'Walburga Öttl-Schwarzenbrunner',
      email: 'kontakt@kaeserei-schwarzenbrunner.example',
      phone: '+49 8321 12345678',
      company: 'Käserei Öttl & Söhne GmbH & Co. KG',
      country: 'DE',
      employees: '24',
      budget: '15.000 €',
      product: 'monitoring',
      message: german,
    },
  ],
  [
    'a Ukrainian customer',
    {
      name: 'Лідія Опанасівна Чорновол',
      email: 'lidiia.chornovol@ranok-teplytsi.example',
      phone: '+380 67 123 45 67',
      company: 'Тепличне господарство «Ранок»',
      country: 'UA',
      employees: '50',
      product: 'sensors',
      message: ukrainian,
    },
  ],
]

const asked = async (fields: Record<string, string>): Promise<Item[]> => {
  const arrival = openIntake().arrival(
    post(
      {
        ...fields,
        _key: 'k'.repeat(22),
        _language: /[а-я]/.test(fields.name!) ? 'uk' : 'en',
        _consent: 'shown',
        _website: '',
      },
      {
        contentType: 'application/x-www-form-urlencoded',
        referer: 'https://www.company.example/pricing?utm_source=newsletter',
      },
    ),
  )
  const { writes } = await receive(arrival, nothingKnown, tools)
  return writes.flatMap((write) => ('item' in write ? [write.item] : []))
}

/** As the workflow leaves it for its owner. */
const assigned = (lead: Lead): Lead => ({
  ...lead,
  version: 2,
  teamId: teamId.parse('sales-international'),
  ownerId: personId.parse('dmitry'),
  queueId: undefined,
  priority: 'urgent',
  next: 'answer',
  respondBy: toInstant(start),
  due: toInstant(start),
  runId: 'lead-follow-up.1',
  hop: 1,
})

describe.each(posts)('of %s with a message of 1,000 characters', (_, fields) => {
  test('the submission takes one kilobyte, all that came with it included', async () => {
    expect(fields.message!.length).toBeGreaterThanOrEqual(950)
    const submission = (await asked(fields)).find(({ kind }) => kind === 'submission')!

    expect(sizeOf(submission)).toBeLessThanOrEqual(1024)
  })

  test('the lead takes one kilobyte when it is created and when it is assigned', async () => {
    const lead = (await asked(fields)).find(({ kind }) => kind === 'lead')!

    expect(sizeOf(lead)).toBeLessThanOrEqual(1024)

    expect(sizeOf(toItem(leadKind, assigned(fromItem(leadKind, lead))))).toBeLessThanOrEqual(1024)
  })
})
