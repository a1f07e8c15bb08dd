/** What Lambda takes and gives in one synchronous call, in bytes of UTF-8. */
export const largestPayload = 6 * 1024 * 1024

/** Whether the UTF-8 form of a text is larger; only what could be is counted. */
export const isLarger = (text: string, bytes: number): boolean =>
  text.length * 3 > bytes && Buffer.byteLength(text) > bytes
