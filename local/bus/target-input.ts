/* What a target gets instead of the whole event: Input, InputPath or InputTransformer. */

export interface TargetInput {
  Input?: string
  InputPath?: string
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string }
}

export interface RuleFacts {
  ruleArn: string
  ruleName: string
  /** Milliseconds. */
  ingested: number
}

export type InputReader = (event: string, facts: RuleFacts) => string

/** @throws Error if a path is not of the simple kind `$.detail.items[0]['a b']`, or an Input is not JSON */
export function inputReader({ Input, InputPath, InputTransformer }: TargetInput): InputReader {
  if (Input !== undefined) {
    JSON.parse(Input)
    return () => Input
  }
  if (InputPath !== undefined && InputPath !== '$') {
    const read = pathReader(InputPath)
    return (event) => JSON.stringify(read(JSON.parse(event)) ?? null)
  }
  return InputTransformer ? transformer(InputTransformer) : (event) => event
}

function transformer({
  InputPathsMap = {},
  InputTemplate,
}: NonNullable<TargetInput['InputTransformer']>): InputReader {
  const readers = new Map(Object.entries(InputPathsMap).map(([name, path]) => [name, pathReader(path)]))
  const parts = templateParts(InputTemplate)
  for (const { name } of parts)
    if (name !== undefined && !name.startsWith('aws.events.') && !readers.has(name))
      throw new Error(`InputTemplate names <${name}>, which InputPathsMap does not define`)
  return (event, facts) => {
    const parsed = JSON.parse(event) as unknown
    return parts
      .map(({ text, name, quoted }) => {
        if (name === undefined) return text
        const value = readers.has(name) ? readers.get(name)!(parsed) : predefined(name, event, facts)
        return quoted ? withinQuotes(value) : (JSON.stringify(value) ?? 'null')
      })
      .join('')
  }
}

interface TemplatePart {
  text: string
  name?: string
  /** Whether the placeholder stands inside a JSON string of the template. */
  quoted?: boolean
}

function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  let quoted = false
  for (const [text, escaped, name] of template.matchAll(/(\\.)|<([\w.-]+)>|[^\\<"]+|[\s\S]/g)) {
    if (text === '"') quoted = !quoted
    parts.push(name === undefined || escaped !== undefined ? { text } : { text, name, quoted })
  }
  return parts
}

function withinQuotes(value: unknown): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return JSON.stringify(text).slice(1, -1)
}

function predefined(name: string, event: string, facts: RuleFacts): unknown {
  switch (name) {
    case 'aws.events.rule-arn':
      return facts.ruleArn
    case 'aws.events.rule-name':
      return facts.ruleName
    case 'aws.events.event.ingestion-time':
      return new Date(facts.ingested).toISOString()
    case 'aws.events.event.json':
      return JSON.parse(event) as unknown
    case 'aws.events.event': {
      const { detail: _detail, ...rest } = JSON.parse(event) as { detail: unknown }
      return rest
    }
    default:
      return undefined
  }
}

function pathReader(path: string): (event: unknown) => unknown {
  const steps: (string | number)[] = []
  const step = /\.([\w-]+)|\['([^']*)'\]|\[(\d+)\]/y
  if (!path.startsWith('$')) throw new Error(`The path ${path} does not begin with $`)
  for (step.lastIndex = 1; step.lastIndex < path.length;) {
    const at = step.lastIndex
    const found = step.exec(path)
    if (!found) throw new Error(`The path ${path} is not supported from position ${at}`)
    steps.push(found[1] ?? found[2] ?? Number(found[3]))
  }
  return (event) =>
    steps.reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string | number, unknown>)[key]
          : undefined,
      event,
    )
}
