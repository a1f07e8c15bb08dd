import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Change, Check, Path, Update } from '#core/store/store.ts'
import { toAttribute } from '../attribute.ts'

type Expressions = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

type Assignment = Exclude<Change, { remove: true }>

/** An update in DynamoDB's words. Every name and value stands behind a placeholder: none can be a reserved word. */
export function expressionsOf({ checks, changes }: Update): Expressions {
  const names = new Map<string, string>()
  const values: Record<string, AttributeValue> = {}
  const nameOf = (name: string): string => {
    const known = names.get(name) ?? `#n${names.size}`
    names.set(name, known)
    return known
  }
  const valueOf = (value: unknown): string => {
    const name = `:v${Object.keys(values).length}`
    values[name] = toAttribute(value)
    return name
  }
  const pathOf = (path: Path): string =>
    path
      .map((place, i) => (typeof place === 'number' ? `[${place}]` : `${i ? '.' : ''}${nameOf(place)}`))
      .join('')

  function condition(check: Check): string {
    const path = pathOf(check.at)
    if ('is' in check) return `${path} = ${valueOf(check.is)}`
    return `${check.exists ? 'attribute_exists' : 'attribute_not_exists'}(${path})`
  }
  function assignment(change: Assignment): string {
    const path = pathOf(change.at)
    if ('set' in change) return `${path} = ${valueOf(change.set)}`
    if ('copy' in change)
      return `${path} = ${pathOf(change.copy)}${change.plus === undefined ? '' : ` + ${valueOf(change.plus)}`}`
    if ('add' in change) return `${path} = ${path} + ${valueOf(change.add)}`
    return `${path} = list_append(${path}, ${valueOf([change.append])})`
  }

  const removed = changes.filter((change) => 'remove' in change)
  const set = changes.filter((change) => !('remove' in change)) as Assignment[]
  const counted: Assignment = { at: ['version'], add: 1 }
  return {
    UpdateExpression: [
      `SET ${[counted, ...set].map(assignment).join(', ')}`,
      ...(removed.length ? [`REMOVE ${removed.map(({ at }) => pathOf(at)).join(', ')}`] : []),
    ].join(' '),
    // An item of which nothing is checked must exist as well: an update would make it.
    ConditionExpression: [{ at: ['pk'], exists: true }, ...checks].map(condition).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(
      [...names].map(([name, placeholder]) => [placeholder, name]),
    ),
    ExpressionAttributeValues: values,
  }
}
