/** Compresses and restores texts. `unpack` gives nothing for bytes that it does not know. */
export interface Press {
  pack(text: string): Uint8Array<ArrayBuffer>
  unpack(bytes: Uint8Array): string | undefined
}
