/** The first date and the first amount that a page writes take long: the browser reads what it knows of the language. */
export function prepare(language: string): void {
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', weekday: 'short' }).format(0)
  setTimeout(() => new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' }).format(0))
}
