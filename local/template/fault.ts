/** The assembly asks for something that the embedded cloud does not do; the message says where and what it can do. */
export class Unmodelled extends Error {
  override name = 'Unmodelled'
  constructor(where: string, what: string) {
    super(`${where}: ${what}`)
  }
}
