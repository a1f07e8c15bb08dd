import { Busboy } from '@fastify/busboy'
import { acceptable, headerParameter, type Fields } from '#core/intake/body.ts'
import { decodeText } from '#core/intake/charset.ts'
import { Fault } from '#core/model/fault.ts'

/**
 * The fields of a multipart body in their order. A file is noted by its name, type and size; its bytes are not kept.
 * Throws Fault `input.invalid` with where it breaks.
 */
export async function readMultipart(body: Uint8Array, contentType: string, legacy?: string): Promise<Fields> {
  const boundary = headerParameter(contentType, 'boundary')
  if (!boundary || boundary.length > 70)
    throw broken('the boundary of the parts is missing', 'header Content-Type')
  const first = Buffer.from(body).indexOf(`--${boundary}`)
  if (first < 0) throw broken('the boundary of the header does not occur in the body', 'byte 0')

  const fields: Fields = []
  const text = (value: string) => decodeText(Buffer.from(value, 'latin1'), undefined, legacy)
  await new Promise<void>((resolve, reject) => {
    const refuse = () =>
      reject(broken('the body ends within a part, before its closing boundary', `byte ${body.length}`))
    // Read as latin1 a text keeps its bytes, so that the encoding can be found out afterwards.
    const parser = new Busboy({
      headers: { 'content-type': contentType },
      defCharset: 'latin1',
      limits: { fieldSize: body.length, fileSize: body.length },
    })
    parser
      .on('field', (name: string | undefined, value) => {
        fields.push([
          (name ?? '').toWellFormed(),
          /[^\0-\xff]/.test(value) ? value.toWellFormed() : text(value),
        ])
      })
      .on('file', (name: string | undefined, file, filename, _encoding, type) => {
        const field = (name ?? '').toWellFormed()
        const note = { file: String(filename ?? '').toWellFormed(), type, size: 0 }
        // A form without a chosen file sends an empty one.
        const at = fields.push([field, note]) - 1
        file
          .on('data', (chunk: Buffer) => {
            note.size += chunk.length
          })
          .on('end', () => {
            if (!filename && !note.size) fields[at] = [field, '']
          })
          .on('error', refuse)
      })
      .on('finish', resolve)
      .on('error', refuse)
    parser.end(Buffer.from(body))
  })
  return acceptable(fields)
}

const broken = (what: string, where: string): Fault =>
  new Fault('input.invalid', `the body is not valid multipart/form-data: ${what}`, { where })
