import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Cloud } from '../cloud.ts'

/*
 * Runs what a page of documentation tells its readers to paste into a terminal, and compares what is printed with what the page
 * shows. Blocks ```sh are pasted one after the other into one shell; a block ```http that follows shows all that it prints.
 *
 * What is shown are answers, each from its line `HTTP/1.1 …` on: some of its headers, and its JSON. Values that are other each time
 * are compared by their kind: a moment is any moment, and `…` in a text is any text. In an object `…` stands for fields
 * that are not shown, at the end of a list for more entries. Anything else must be as it stands there.
 */

export interface Block {
  /** line of the page where it begins */
  line: number
  commands: string
  /** undefined: the page shows nothing of it */
  shown: string | undefined
}

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```$(?:\n\n```http\n([\s\S]*?)^```$)?/gm)].map((block) => ({
    line: page.slice(0, block.index).split('\n').length,
    commands: block[1]!,
    shown: block[2],
  }))
}

/**
 * What each block prints when all are pasted in their order; what went wrong in the shell is printed, too.
 * @param here what stands in the page, such as an address, and what it is here
 */
export async function pasted(
  blocks: readonly Block[],
  cloud: Cloud,
  here: Readonly<Record<string, string>>,
): Promise<string[]> {
  let script = blocks.map(({ commands }) => `${commands}\nprintf '\\0'\n`).join('')
  for (const [text, is] of Object.entries(here)) {
    if (!script.includes(text)) throw new Error(`the page does not say ${text} any more`)
    script = script.replaceAll(text, is)
  }
  const { stdout } = await promisify(execFile)('bash', ['-u', '-c', `${simulated(cloud)}\n${script}`], {
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    maxBuffer: 32_000_000,
  })
  return stdout.split('\0').slice(0, -1)
}

/** Who waits, waits by the clock of the cloud. */
const simulated = ({ url, ownerKey }: Cloud): string => `exec 2>&1
sleep() { curl -sS ${url}/_local/clock -H 'authorization: Bearer ${ownerKey}' -d "{\\"advance\\":\\"$1 seconds\\"}" > /dev/null; }`

/** In what an output is other than the page shows it; nothing when it is as shown. */
export function differences(shown: string, printed: string): string[] {
  const [wanted, is] = [partsOf(shown), partsOf(printed)]
  if (wanted.length !== is.length)
    return [`${wanted.length} answers and lines are shown, ${is.length} printed:\n${printed}`]
  return wanted.flatMap((part, i) => ofPart(part, is[i]!))
}

/** Lines, and values of JSON that may go on over several. */
function partsOf(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    if (depth) parts.push(`${parts.pop()}\n${line}`)
    else parts.push(line)
    const isJson = depth > 0 || /^[[{]/.test(line)
    if (isJson) depth += balanceOf(line)
  }
  return parts
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]…]/g

function balanceOf(line: string): number {
  const signs = [...line.matchAll(token)].map(([sign]) => sign)
  return (
    signs.filter((sign) => '{['.includes(sign)).length - signs.filter((sign) => '}]'.includes(sign)).length
  )
}

function ofPart(shown: string, is: string): string[] {
  if (!/^[[{]/.test(shown)) return isText(shown, is) ? [] : [`shown: ${shown}\nprinted: ${is}`]
  let value: unknown
  try {
    value = JSON.parse(is)
  } catch {
    return [`shown: ${shown}\nprinted: ${is}`]
  }
  return ofValue(JSON.parse(withRest(shown)), value, '')
}

const rest = '…rest'

/** As JSON, with a field or an entry for each `…` that stands by itself. */
function withRest(shown: string): string {
  const within: string[] = []
  return shown.replace(token, (sign) => {
    if ('{['.includes(sign)) within.push(sign)
    else if ('}]'.includes(sign)) within.pop()
    else if (sign === '…') return within.at(-1) === '{' ? `"${rest}":0` : `"${rest}"`
    return sign
  })
}

function ofValue(shown: unknown, is: unknown, at: string): string[] {
  const other = [`${at || 'the answer'}: ${JSON.stringify(shown)} is shown, ${JSON.stringify(is)} printed`]
  if (typeof shown === 'string') return typeof is === 'string' && isText(shown, is) ? [] : other
  if (Array.isArray(shown)) {
    if (!Array.isArray(is)) return other
    const wanted = shown.filter((each) => each !== rest)
    const isWhole = wanted.length === shown.length
    if (isWhole ? is.length !== wanted.length : is.length < wanted.length) return other
    return wanted.flatMap((each, i) => ofValue(each, is[i], `${at}/${i}`))
  }
  if (typeof shown !== 'object' || shown === null) return shown === is ? [] : other
  if (typeof is !== 'object' || is === null || Array.isArray(is)) return other
  const { [rest]: more, ...wanted } = shown as Record<string, unknown>
  const untold = more === undefined ? Object.keys(is).filter((name) => !Object.hasOwn(wanted, name)) : []
  return [
    ...untold.map((name) => `${at}/${name} is not shown, and no … stands for it`),
    ...Object.entries(wanted).flatMap(([name, each]) =>
      ofValue(each, (is as Record<string, unknown>)[name], `${at}/${name}`),
    ),
  ]
}

const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g

function isText(shown: string, is: string): boolean {
  const parts = shown.replaceAll(moment, '\0').split(/([…\0])/)
  const pattern = parts.map((part) => {
    if (part === '…') return '[^]+'
    return part === '\0' ? moment.source : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${pattern.join('')}$`).test(is)
}
