import type { TaskState } from '../machine.ts'

/** An event of a task, for its history: a Lambda function called by its own ARN has event types of its own. */
export function taskEvent(
  { resource }: TaskState,
  what: string,
  details: object,
): [type: string, key: string, details: object] {
  if (/^arn:[^:]*:lambda:/.test(resource)) {
    const { parameters, ...rest } = details as { parameters?: string }
    const about = parameters === undefined ? rest : { ...rest, input: parameters, resource }
    return [`LambdaFunction${what}`, `lambdaFunction${what}EventDetails`, about]
  }
  const [, region = ''] = /^arn:[^:]*:states:([^:]*):/.exec(resource) ?? []
  const [service = '', ...action] = resource.split(':').slice(5)
  const about = {
    resourceType: service,
    resource: action.join(':'),
    ...(what === 'Scheduled' ? { region } : {}),
    ...details,
  }
  return [`Task${what}`, `task${what}EventDetails`, about]
}
