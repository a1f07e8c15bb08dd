/** Compresses and restores texts: a table bills each begun kilobyte of an item. */
export interface Press {
  pack(text: string): Uint8Array<ArrayBuffer>
  /** Nothing for bytes that it does not know. */
  unpack(bytes: Uint8Array): string | undefined
}
