/*
 * Types that a file may have, and how its bytes show that it is one.
 *
 * Problem: whoever opens an attachment trusts what it is called. A page named .pdf, a program named .jpg must not get to him.
 * Representation: of each type the extensions by which people know it, and what its first bytes are recognised as
 * (`file-type`); nothing where text is.
 * Invariant: what is handed out is of the type that it says, and is called so. Pages and drawings that can hold scripts
 * (HTML, SVG) and programs are none of the types.
 */

interface TypePlan {
  /** the first one is added to a name that has none of them */
  extensions: readonly [string, ...string[]]
  /** what the bytes may be recognised as; absent: it is text */
  recognised?: readonly string[]
}

const office = 'application/vnd.openxmlformats-officedocument'
const openDocument = 'application/vnd.oasis.opendocument'
/** What is recognised where the first bytes do not say more: of the new documents, and of the old ones. */
const zip = 'application/zip'
const compound = 'application/x-cfb'

export const fileTypes = {
  'application/pdf': { extensions: ['pdf'], recognised: ['application/pdf'] },
  'image/jpeg': { extensions: ['jpg', 'jpeg'], recognised: ['image/jpeg'] },
  'image/png': { extensions: ['png'], recognised: ['image/png', 'image/apng'] },
  'image/gif': { extensions: ['gif'], recognised: ['image/gif'] },
  'image/webp': { extensions: ['webp'], recognised: ['image/webp'] },
  'image/heic': { extensions: ['heic', 'heif'], recognised: ['image/heic', 'image/heif'] },
  [`${office}.wordprocessingml.document`]: {
    extensions: ['docx'],
    recognised: [`${office}.wordprocessingml.document`, zip],
  },
  [`${office}.spreadsheetml.sheet`]: {
    extensions: ['xlsx'],
    recognised: [`${office}.spreadsheetml.sheet`, zip],
  },
  [`${office}.presentationml.presentation`]: {
    extensions: ['pptx'],
    recognised: [`${office}.presentationml.presentation`, zip],
  },
  [`${openDocument}.text`]: { extensions: ['odt'], recognised: [`${openDocument}.text`, zip] },
  [`${openDocument}.spreadsheet`]: { extensions: ['ods'], recognised: [`${openDocument}.spreadsheet`, zip] },
  'application/msword': { extensions: ['doc'], recognised: [compound] },
  'application/vnd.ms-excel': { extensions: ['xls'], recognised: [compound] },
  'application/vnd.ms-outlook': { extensions: ['msg'], recognised: [compound] },
  'application/zip': { extensions: ['zip'], recognised: [zip] },
  'audio/mpeg': { extensions: ['mp3'], recognised: ['audio/mpeg'] },
  'audio/wav': { extensions: ['wav'], recognised: ['audio/wav'] },
  'audio/ogg': { extensions: ['ogg', 'opus'], recognised: ['audio/ogg', 'audio/ogg; codecs=opus'] },
  'audio/mp4': { extensions: ['m4a'], recognised: ['audio/mp4', 'audio/x-m4a', 'video/mp4'] },
  'video/mp4': { extensions: ['mp4'], recognised: ['video/mp4'] },
  'text/plain': { extensions: ['txt', 'log', 'md'] },
  'text/csv': { extensions: ['csv'] },
  'message/rfc822': { extensions: ['eml'] },
} as const satisfies Record<string, TypePlan>

export type FileType = keyof typeof fileTypes

/** So many bytes of the beginning show what a file is: what `file-type` asks for. */
export const headBytes = 4_100

/**
 * Why bytes are not of the type that they are said to be; nothing when they are.
 * @param head the first `headBytes` of them, or all where there are fewer
 * @param recognised the type that they show, if any
 */
export function typeFault(
  type: FileType,
  { head, recognised }: { head: Uint8Array; recognised: string | undefined },
): string | undefined {
  const plan: TypePlan = fileTypes[type]
  // A table whose first column is called BMW begins as a picture does: text is told by having no other signs.
  const isWhatItSays = plan.recognised
    ? recognised !== undefined && plan.recognised.includes(recognised)
    : isText(head)
  if (isWhatItSays) return undefined
  if (!head.length) return 'it is empty'
  const is = recognised ?? (isText(head) ? 'text' : 'nothing that is known')
  return plan.recognised ? `its bytes are ${is}, not ${type}` : `${type} is text; its bytes are ${is}`
}

/**
 * Text in any encoding has no control characters but those of lines, pages and terminals; UTF-16, which has zeros, says so at its
 * beginning.
 */
function isText(head: Uint8Array): boolean {
  const [first, second] = head
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return isWide || head.every((byte) => byte >= 0x20 || inText.has(byte))
}

/** Tab, line feed, vertical tab, form feed, carriage return, escape. */
const inText: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b])

/** The name under which a file is kept by whoever gets it: one by which nothing opens it as something else than it is. */
export function safeName(name: string, type: FileType): string {
  const extensions: readonly string[] = fileTypes[type].extensions
  const own = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase()
  return own !== undefined && extensions.includes(own) ? name : `${name}.${extensions[0]}`
}
