declare module 'saxen' {
  type Decode = (text: string) => string
  type Attributes = Record<string, unknown>

  /** What cli/sheet/xml.ts uses of the parser, which comes without types. */
  export class Parser {
    on(event: 'openTag', listener: (name: string, attributes: () => Attributes, decode: Decode) => void): this
    on(event: 'closeTag' | 'cdata', listener: (text: string) => void): this
    on(event: 'text', listener: (text: string, decode: Decode) => void): this
    on(event: 'error' | 'warn', listener: (error: Error) => void): this
    parse(xml: string): this
  }
}
