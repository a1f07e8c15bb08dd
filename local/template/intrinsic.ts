/* The functions of CloudFormation that a synthesized template uses; anything else is refused by name. */
import { Unmodelled } from './fault.ts'

/** What the functions look things up in; each throws Unmodelled for what it does not know. */
export interface Scope {
  ref(name: string): unknown
  attribute(logicalId: string, name: string): unknown
  importValue(name: string): unknown
  condition(name: string): boolean
  mapping(map: string, first: string, second: string): unknown
}

export const noValue = Symbol('AWS::NoValue')

type Apply = (argument: unknown, scope: Scope, where: string) => unknown

const functions: Record<string, Apply> = {
  Ref: (argument, scope) => scope.ref(String(argument)),
  'Fn::GetAtt'(argument, scope, where) {
    const parts = typeof argument === 'string' ? split2(argument, '.') : (argument as [string, unknown])
    return scope.attribute(String(parts[0]), String(resolve(parts[1], scope, where)))
  },
  'Fn::Join'(argument, scope, where) {
    const [delimiter, list] = argument as [string, unknown]
    const values = resolve(list, scope, where)
    if (!Array.isArray(values)) throw new Unmodelled(where, 'Fn::Join needs a list')
    return values.map((value) => text(value, 'Fn::Join', where)).join(delimiter)
  },
  'Fn::Sub'(argument, scope, where) {
    const [template, variables = {}] = (Array.isArray(argument) ? argument : [argument]) as [
      string,
      Record<string, unknown>?,
    ]
    return template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (Object.hasOwn(variables, name))
        return text(resolve(variables[name], scope, where), 'Fn::Sub', where)
      const [id, attribute] = name.includes('::') ? [name] : split2(name, '.')
      return text(attribute ? scope.attribute(id, attribute) : scope.ref(name), 'Fn::Sub', where)
    })
  },
  'Fn::ImportValue': (argument, scope, where) => scope.importValue(String(resolve(argument, scope, where))),
  'Fn::Select'(argument, scope, where) {
    const [index, list] = argument as [unknown, unknown]
    const values = resolve(list, scope, where)
    const value = Array.isArray(values) ? values[Number(resolve(index, scope, where))] : undefined
    if (value === undefined)
      throw new Unmodelled(where, `Fn::Select finds nothing at ${JSON.stringify(index)}`)
    return value
  },
  'Fn::Split'(argument, scope, where) {
    const [delimiter, source] = argument as [string, unknown]
    return text(resolve(source, scope, where), 'Fn::Split', where).split(delimiter)
  },
  'Fn::FindInMap'(argument, scope, where) {
    const [map, first, second] = resolve(argument, scope, where) as [string, string, string]
    return scope.mapping(map, first, second)
  },
  'Fn::If'(argument, scope, where) {
    const [name, yes, no] = argument as [string, unknown, unknown]
    return resolve(scope.condition(name) ? yes : no, scope, where)
  },
  'Fn::Equals'(argument, scope, where) {
    const [left, right] = resolve(argument, scope, where) as [unknown, unknown]
    return String(left) === String(right)
  },
  'Fn::Not': (argument, scope, where) => !(resolve(argument, scope, where) as [boolean])[0],
  'Fn::And': (argument, scope, where) => (resolve(argument, scope, where) as boolean[]).every(Boolean),
  'Fn::Or': (argument, scope, where) => (resolve(argument, scope, where) as boolean[]).some(Boolean),
  Condition: (argument, scope) => scope.condition(String(argument)),
}

/** Replaces every function in `value` by its result; properties that become AWS::NoValue disappear. */
export function resolve(value: unknown, scope: Scope, where: string): unknown {
  if (Array.isArray(value))
    return value.map((entry) => resolve(entry, scope, where)).filter((entry) => entry !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  const name = keys[0]
  // A policy statement has a member named Condition whose value is an object; only the text form is the function.
  const isFunction =
    keys.length === 1 &&
    (name === 'Ref' ||
      name!.startsWith('Fn::') ||
      (name === 'Condition' && typeof (value as { Condition: unknown }).Condition === 'string'))
  if (!isFunction) {
    const entries = Object.entries(value).map(([key, entry]) => [key, resolve(entry, scope, where)] as const)
    return Object.fromEntries(entries.filter(([, entry]) => entry !== noValue))
  }
  const apply = functions[name!]
  if (!apply)
    throw new Unmodelled(
      where,
      `${name} is not supported; supported are ${Object.keys(functions).join(', ')}`,
    )
  return apply((value as Record<string, unknown>)[name!], scope, where)
}

function text(value: unknown, name: string, where: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  throw new Unmodelled(where, `${name} needs a text, not ${JSON.stringify(value)}`)
}

function split2(source: string, delimiter: string): [string, string | undefined] {
  const at = source.indexOf(delimiter)
  return at < 0 ? [source, undefined] : [source.slice(0, at), source.slice(at + delimiter.length)]
}
