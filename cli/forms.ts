import { createHmac } from 'node:crypto'
import { formOf } from '#core/company/form-of.ts'
import { readBody } from '#core/intake/body/read-body.ts'
import { readInquiry } from '#core/intake/normalize.ts'
import { eventKeyOf, sortFields } from '#core/intake/part.ts'
import { presetOf } from '#core/company/form/preset.ts'
import { isProven, proofOf, withoutSecret, type Evidence } from '#core/intake/webhook/proof.ts'
import type { Company } from '#core/company/company.ts'
import { isFault } from '#core/record/fault.ts'
import type { Form } from '#core/company/form/form.ts'
import { nearest } from '#core/source/source.ts'
import { readBytes, readCompanyFiles, readText } from './file.ts'
import { CommandFailed, UsageError, type Options, type Terminal } from './terminal.ts'

/** `holdfast forms try <form> <body>`: what would become of a body. Nothing is stored or sent. */
export function tryForm(args: readonly string[], options: Options, terminal: Terminal): number {
  const [what, id, file, ...more] = args
  if (what !== 'try' || id === undefined || file === undefined || more.length > 0)
    throw new UsageError('write holdfast forms try <form> <file with a body>')
  const company = readCompanyFiles(terminal.directory)
  if (!company) throw new CommandFailed('there is no company/ here: run the command where it is')
  const form = formOf(company, id)
  if (!form) {
    const near = nearest(id, Object.keys(company.forms))
    throw new CommandFailed(
      `there is no form "${id}"; ${near ? `did you mean "${near}"?` : `there are ${Object.keys(company.forms).join(', ')}`}`,
    )
  }
  const bytes = new Uint8Array(readBytes(terminal.directory, file))
  const contentType = options['content-type'] ?? (/\.json$/i.test(file) ? 'application/json' : undefined)
  try {
    const { fields } = readBody(bytes, { contentType })
    const tried = { id, form, company, bytes, fields, contentType: contentType ?? 'a form' }
    terminal.out(
      options.json
        ? `${JSON.stringify(resultOf(tried), null, 2)}\n`
        : `${render(tried, options, terminal)}\n`,
    )
    return 0
  } catch (error) {
    if (isFault(error)) throw new CommandFailed(`${file} would be refused: ${error.message}`)
    throw error
  }
}

interface Tried {
  id: string
  form: Form
  company: Company
  bytes: Uint8Array
  fields: Evidence['fields']
  contentType: string
}

function resultOf({ form, company, fields }: Tried) {
  const sent = withoutSecret({ fields }, form)
  const { from } = sortFields(sent.fields, form)
  const { keys, ...lead } = readInquiry(sent.fields, form, {}, company)
  return { lead, keys, from, key: eventKeyOf(sent.fields, form) }
}

function render(tried: Tried, options: Options, terminal: Terminal): string {
  const { lead, keys, from, key } = resultOf(tried)
  const { filled } = sortFields(withoutSecret(tried, tried.form).fields, tried.form)
  const parts = Object.entries(from).map(([part, { paths, by }]) => {
    const said = filled[part as keyof typeof filled]?.map(String).join(', ') ?? ''
    return `  ${part.padEnd(10)} ${oneLine(said)}\n${' '.repeat(13)}${paths.join(' and ')} (${byWhom[by]})`
  })
  const { also = [], contact, message: _, ...facts } = lead
  const read = { ...contact, ...facts }
  return [
    `A body of the form ${tried.id}${presetOf(tried.form) ? `, as ${presetOf(tried.form)!.service} posts it` : ''}, read as ${tried.contentType}`,
    '',
    'Parts',
    ...(parts.length > 0 ? parts : ['  none: the owner gets only what is below']),
    '',
    'Read as',
    ...Object.entries(read).map(
      ([name, value]) =>
        `  ${name.padEnd(12)} ${oneLine(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
    `  known by     ${Object.values(keys).join(', ') || 'nothing: it will be a lead of its own'}`,
    '',
    'Also sent, shown to the owner',
    ...(also.length > 0 ? also.map(({ name, text }) => `  ${name}: ${oneLine(text)}`) : ['  nothing']),
    '',
    key
      ? `Event        ${key.join(' ')}: the same again is the same lead, whenever it comes`
      : 'Event        has no number: the same body within ten minutes is one lead',
    `Signature    ${signatureOf(tried, options, terminal)}`,
  ].join('\n')
}

const byWhom = {
  form: 'the form says so',
  preset: 'the preset knows it',
  name: 'by its name',
  recognised: 'recognised',
}

function signatureOf({ form, bytes, fields }: Tried, options: Options, terminal: Terminal): string {
  const proof = proofOf(form)
  if (form.secret === undefined) return 'not asked for: the form names no secret'
  if (!proof || options['secret-file'] === undefined)
    return `not checked: give --secret-file and --header "Name: value" to check that of ${form.secret}`
  const headers = Object.fromEntries(
    (options.header ?? []).map((line) => {
      const colon = line.indexOf(':')
      if (colon < 1) throw new UsageError(`--header "${line}": write "Name: value"`)
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const url = options.url ?? ''
  const query = Object.fromEntries(new URLSearchParams(url.split('?')[1] ?? ''))
  const evidence = { method: 'POST', url, headers, query, body: bytes, fields, now: terminal.now }
  const secret = readText(terminal.directory, options['secret-file'])
  const isRight = isProven(proof, secret, evidence, (algorithm, with_, data, encoding) =>
    createHmac(algorithm, with_).update(data).digest(encoding),
  )
  return isRight ? 'right' : 'wrong or missing: the submission would wait in the quarantine as unsigned'
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 159).replace(/[\uD800-\uDBFF]$/, '')}…` : line
}
