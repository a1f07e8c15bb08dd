/*
 * What submissions say again and again: the frame of their JSON, what browsers send along, and words of people who ask a
 * company for something, what is commonest last. What was packed with a dictionary can be read with that one only, so
 * none ever changes; a better one gets the next number beside it.
 */

const frame = [
  '"userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64)"',
  '"query":"utm_source=google&utm_medium=cpc&utm_campaign=&utm_term=&utm_content=&gclid=',
  '["address","street","city","zip","subject","file","website","first_name","last_name","lastname","firstname","your-name"]',
  '"name":"","text":"","label":"","value":"","type":"","title":"","id":"',
  '"consent":{"text":"","at":"2027-01-01T00:00:00.000Z"}',
  '"also":[{"name":"',
  '"referrer":"https://www.example.com/contact?utm_source=newsletter&utm_medium=email&utm_campaign=',
  'multipart/form-data; boundary=----WebKitFormBoundary","application/json; charset=utf-8","application/x-www-form-urlencoded"',
  '["utm_source","newsletter"],["utm_medium","email"],["utm_campaign","',
  '["_website",""],["_page","https://www."],["_referrer","https://www.google.com/"],["page","https://',
  '@gmail.com"],["phone","+49 +380 +48 +44 0"],["country","DE"],["country","UA"],["country","PL"],["country","GB"],["company',
  '","fields":[["name","',
  '"],["email","info@',
  '.com"],["phone","+',
  '"],["company","',
  '"],["country","',
  '"],["employees","50"],["budget","10000"],["product","',
  '"],["message","',
  '"]],"contentType":"application/json"}{"message":"',
]

const latin = [
  'jemand, jeder, jedes, alles, etwas, nichts, niemand, immer, manchmal, vielleicht, wahrscheinlich, eigentlich, sogar, selbst, gerade, endlich, sofort, sobald, solange, ',
  'Firma, Büro, Werk, Halle, Lager, Keller, Raum, Räume, Maschine, Anlagen, Fühler, Sensoren, Messung, Temperatur, Feuchte, Druck, Werte, Prüfung, Wartung, Montage, Einbau, Kosten, ',
  'müssen, können, sollen, wollen, dürfen, lassen, bekommen, bestellen, kaufen, zahlen, liefern, einbauen, messen, prüfen, melden, anrufen, schreiben, sprechen, kommen, gehen, stehen, finden, zeigen, brauchen, gebraucht, ',
  'alten, neuen, großen, kleinen, ersten, letzten, eigenen, ganzen, beiden, anderen, weiteren, genau, schnell, günstig, einfach, direkt, dafür, dazu, davon, damit, darüber, ',
  'Ich freue mich auf Ihre Rückmeldung. Vielen Dank im Voraus und mit freundlichen Grüßen aus ',
  'Ich stimme zu, dass meine Daten zur Bearbeitung meiner Anfrage verwendet werden. Ich habe die Datenschutzerklärung gelesen. ',
  'Guten Tag, sehr geehrte Damen und Herren, wir sind ein Unternehmen, ein Hersteller, ein Betrieb mit Mitarbeitern, Mitarbeiter, ',
  'wir suchen, wir brauchen, wir benötigen, wir möchten, wir würden gerne, würde mich interessieren, ob Sie uns ein Angebot, eine Lösung, ',
  'können Sie mir bitte, könnten Sie uns, wie viel kostet, was kostet, wie lange dauert die Lieferung, die Lieferzeit, den Preis, ungefähr, ',
  'bis Ende der Woche, nächste Woche, im nächsten Jahr, vormittags, nachmittags, am besten erreichen Sie mich telefonisch unter der Nummer, ',
  'zwischen, außerdem, bisher, bereits, noch nicht, weil, dass die, dass wir, damit, wenn, oder, aber, auch, nur, sehr, mehr, etwa, ',
  'zur Überwachung, die Anlage, das Gerät, die Geräte, der Termin, die Rechnung, der Vertrag, die Daten, unsere, unserer, unserem, unseren, ',
  'für einen, für die, für das, von der, mit der, in der, auf der, bei der, nach der, aus dem, mit dem, in den, und die, und der, sind, ',
  'werden, wurde, haben, hätten, nicht, eine, einen, einer, einem, eines, schon, lichen, ungen, ieren, keit, schaft, isch, ',
  'I agree that my personal data is processed to answer my request. I have read the privacy policy. ',
  'Could you please let me know how much it costs, what it would cost, send me an offer, a quote, a price list, and how long it takes? ',
  'I would like to know whether, we would need, we are looking for, we have, we currently use, we want to replace, we are a company of, ',
  'about, because, before, after, between, without, another, other, several, through, something, somebody, everything, anything, already, ',
  'available, possible, different, important, installation, information, temperature, monitoring, delivery, system, service, support, ',
  'our office, your team, the number, next week, this month, last year, in the morning, in the afternoon, by phone, by e-mail, ',
  'which is, there are, there is, they have, should be, can be, will be, has been, have been, to be, as well as, so that, as soon as possible, ',
  'for the, from the, with the, that the, in the, of the, on the, to the, at the, and the, is the, with a, for a, to a, in a, of a, ',
  'tion, ing the, ment, ness, ally, ould, ight, ing for, s and, ed by, er of, es in, ly, ',
  'Good morning, Hello, Hi there, Thank you very much in advance. Best regards, Kind regards, ',
]

const cyrillic = [
  'кто-то, никто, каждый, каждая, все, всё, что-то, ничего, всегда, никогда, иногда, наверное, возможно, даже, сразу, снова, скоро, вместе, почти, только что, самим, сами, ',
  'сегодня, завтра, вчера, понедельник, вторник, среду, четверг, пятницу, субботу, выходные, января, февраля, марта, апреля, мая, июня, июля, августа, сентября, октября, ноября, декабря, ',
  'часов, дней, недель, месяцев, года, лет, штук, метров, градусов, процентов, рублей, два, две, три, четыре, пять, шесть, семь, восемь, девять, десять, двенадцать, двадцать, тысяч, ',
  'фирма, офис, завод, цех, склад, склада, комната, помещение, машина, прибор, приборы, датчик, показания, температура, температуры, влажность, давление, данные, проверка, монтаж, установка, гарантия, стоимость, бюджет, заказ, ',
  'нужно, надо, можем, могут, должен, должны, хотим, купить, заказать, платить, поставить, установить, измерять, проверить, показать, позвонить, написать, приехать, найти, работать, помочь, рассказать, знать, видеть, ',
  'старый, новый, новые, большой, небольшой, первый, последний, свой, своих, весь, оба, другой, точно, быстро, дёшево, просто, лучше, больше, меньше, ',
  'Я согласен, я согласна на обработку моих персональных данных, чтобы компания ответила на мой запрос. Политика конфиденциальности. ',
  'Здравствуйте! Меня интересует, нас интересует, мы ищем, нам нужно, нам нужны, хотели бы узнать, хотел бы заказать, подскажите, пожалуйста, ',
  'сколько стоит, какая цена, какие сроки доставки, есть ли у вас, можно ли, пришлите, пожалуйста, коммерческое предложение, прайс, счёт, договор, ',
  'наша компания, наше предприятие занимается производством, работает, сотрудников, человек, оборудование, система, система мониторинга, датчики, ',
  'сейчас, ещё, также, чтобы, потому что, поэтому, который, которые, которая, если, когда, после, перед, между, около, больше, только, очень, уже, может, ',
  'на следующей неделе, в этом месяце, в прошлом году, утром, вечером, до обеда, после обеда, позвоните мне, пожалуйста, по телефону, ',
  'была, было, были, будет, есть, этого, этот, такой, как, что, это, или, для, при, под, над, без, из, от, до, по, на, не, мы, вы, у нас, у вас, ',
  'ения, ание, ости, ость, ного, ной, ных, ный, ская, ских, ского, овать, ировать, аться, ться, ются, ется, ого, его, ами, ями, ием, ',
  'Спасибо. Заранее благодарю за ответ. С уважением, Александр, Сергеевич, Николаевич, ',
  'хтось, ніхто, кожен, кожна, усі, усе, щось, нічого, завжди, ніколи, іноді, мабуть, навіть, відразу, знову, скоро, разом, майже, щойно, самі, самим, свого, ',
  'сьогодні, завтра, вчора, понеділок, вівторок, середу, четвер, п’ятницю, суботу, вихідні, січня, лютого, березня, квітня, травня, червня, липня, серпня, вересня, жовтня, листопада, грудня, ',
  'годин, днів, тижнів, місяців, року, років, штук, метрів, градусів, відсотків, гривень, два, дві, три, чотири, п’ять, шість, сім, вісім, дев’ять, десять, дванадцять, двадцять, тисяч, ',
  'фірма, офіс, завод, цех, склад, складу, кімната, приміщення, машина, прилад, прилади, приладів, давач, покази, температура, температури, вологість, тиск, дані, перевірка, монтаж, встановлення, гарантія, вартість, бюджет, замовлення, ',
  'треба, можемо, можуть, мусить, мають, маємо, хочемо, купити, замовити, платити, поставити, встановити, вимірювати, перевірити, показати, зателефонувати, написати, приїхати, знайти, працювати, допомогти, розповісти, знати, бачити, ',
  'старий, новий, нові, великий, невеликий, перший, останній, власний, увесь, обидва, інший, точно, швидко, дешево, просто, краще, більше, менше, скажіть, чи, аби, отже, досі, ',
  'Я даю згоду на обробку моїх персональних даних, щоб компанія відповіла на мій запит. Я погоджуюся з політикою приватності. ',
  'Добрий день! Доброго дня! Вітаю! Нас цікавить, мене цікавить, ми шукаємо, нам потрібно, нам потрібні, хотіли б дізнатися, хотів би замовити, ',
  'підкажіть, будь ласка, скільки коштує, яка ціна, які терміни доставки, чи є у вас, чи можна, надішліть, будь ласка, комерційну пропозицію, рахунок, договір, ',
  'наша компанія, наше підприємство, виробництво, виробництва, працює, працівників, людей, обладнання, система, система моніторингу, давачі, датчики, ',
  'зараз, ще, також, щоб, тому що, тому, який, які, яка, якщо, коли, після, перед, між, близько, більше, тільки, дуже, вже, може, можливо, ',
  'наступного тижня, цього місяця, минулого року, зранку, ввечері, до обіду, після обіду, зателефонуйте мені, за телефоном, на пошту, ',
  'була, було, були, буде, є, цього, цей, такий, така, як, що, це, або, для, при, під, над, без, із, від, до, по, на, не, ми, ви, у нас, у вас, та, й, ',
  'ення, ання, ості, ість, ного, ної, них, ний, ська, ських, ського, увати, ується, ються, ться, ого, його, ами, ями, ів, ому, ',
  'Дякую. Заздалегідь дякую за відповідь, чекаю на вашу відповідь. З повагою, Олександр, Ольга, Шевченко, Коваленко, ',
]

/** For texts in UTF-8: English and German. */
export const latinDictionary: string = [...frame, ...latin].join('')
/** For texts in windows-1251: Russian and Ukrainian; it has no characters but these. */
export const cyrillicDictionary: string = [...frame, ...cyrillic].join('')
