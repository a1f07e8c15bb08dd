import type { TaskState } from '../machine.ts'
import type { Thread } from '../run.ts'

interface Notes {
  note(thread: Thread, type: string, key: string, details: object): void
}

/** Records an event of a task: a Lambda function called by its own ARN has event types of its own. */
export function taskEvent(
  notes: Notes,
  thread: Thread,
  state: TaskState,
  what: string,
  details: object,
): void {
  if (/^arn:[^:]*:lambda:/.test(state.resource)) {
    const { parameters, ...rest } = details as { parameters?: string }
    const about = parameters === undefined ? rest : { ...rest, input: parameters, resource: state.resource }
    notes.note(thread, `LambdaFunction${what}`, `lambdaFunction${what}EventDetails`, about)
    return
  }
  const [, region = ''] = /^arn:[^:]*:states:([^:]*):/.exec(state.resource) ?? []
  const [service = '', ...action] = state.resource.split(':').slice(5)
  notes.note(thread, `Task${what}`, `task${what}EventDetails`, {
    resourceType: service,
    resource: action.join(':'),
    ...(what === 'Scheduled' ? { region } : {}),
    ...details,
  })
}
