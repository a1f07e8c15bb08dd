/* Queues, state machines and rules of the template, as their services define them. */
import type { Bus } from './bus/bus.ts'
import type { Target } from './bus/delivery.ts'
import type { Functions } from './function/function.ts'
import type { Queues } from './queue/queue.ts'
import { queueArn } from './resource/messaging.ts'
import type { Resource } from './resource/model.ts'
import type { StateMachines } from './state-machine/service.ts'
import { checkTask, type WrittenTask } from './task.ts'
import { Unmodelled } from './template/fault.ts'
import type { Template } from './template/template.ts'

export function defineQueue(queues: Queues, resource: Resource): void {
  const properties = resource.properties as Record<string, number | undefined>
  const redrive = resource.properties.RedrivePolicy as
    | { deadLetterTargetArn: string; maxReceiveCount: number }
    | undefined
  queues.define({
    arn: queueArn(resource),
    name: resource.name,
    visibilityTimeout: numberOf(properties.VisibilityTimeout),
    delaySeconds: numberOf(properties.DelaySeconds),
    messageRetentionPeriod: numberOf(properties.MessageRetentionPeriod),
    receiveWaitTime: numberOf(properties.ReceiveMessageWaitTimeSeconds),
    maximumMessageSize: numberOf(properties.MaximumMessageSize),
    redrivePolicy: redrive && { ...redrive, maxReceiveCount: Number(redrive.maxReceiveCount) },
  })
}

/** A template may write a number as text. */
const numberOf = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value))

export function defineMachine(machines: StateMachines, functions: Functions, resource: Resource): void {
  const { where, properties } = resource
  const substitutions = (properties.DefinitionSubstitutions ?? {}) as Record<string, unknown>
  const text = (properties.DefinitionString as string | undefined) ?? JSON.stringify(properties.Definition)
  const replaced = text.replace(/\$\{([\w.-]+)\}/g, (whole, name: string) =>
    // The text is JSON: the value goes in as the inside of a string.
    Object.hasOwn(substitutions, name) ? JSON.stringify(String(substitutions[name])).slice(1, -1) : whole,
  )
  let definition: object
  try {
    definition = JSON.parse(replaced) as object
  } catch (error) {
    throw new Unmodelled(`${where} DefinitionString`, `is no JSON: ${(error as Error).message}`)
  }
  for (const task of tasksIn(definition)) checkTask(task, functions, where)
  const arn = `arn:aws:states:${resource.region}:000000000000:stateMachine:${resource.name}`
  try {
    machines.define({ arn, name: resource.name, definition })
  } catch (error) {
    throw new Unmodelled(where, (error as Error).message)
  }
}

/** All Task states, at any depth. */
function tasksIn(value: unknown): WrittenTask[] {
  if (typeof value !== 'object' || value === null) return []
  const state = value as { Type?: unknown; Resource?: unknown; Arguments?: unknown }
  const own = state.Type === 'Task' && typeof state.Resource === 'string' ? [state as WrittenTask] : []
  return [...own, ...Object.values(value).flatMap(tasksIn)]
}

export function defineRule(
  bus: Bus,
  services: { queues: Queues; functions: Functions },
  template: Template,
  resource: Resource,
): void {
  const properties = resource.properties as {
    EventBusName?: string
    EventPattern?: object
    ScheduleExpression?: string
    State?: 'ENABLED' | 'DISABLED'
    Targets?: Target[]
  }
  const targets = properties.Targets ?? []
  const machines = template.stateMachines.map((machine) => machine.name)
  for (const { Arn } of targets) {
    const isKnown =
      services.functions.has(Arn) ||
      services.queues.queues().some((queue) => queue.arn === Arn) ||
      machines.some((name) => Arn.endsWith(`:stateMachine:${name}`))
    if (!isKnown)
      throw new Unmodelled(
        `${resource.where} Targets`,
        `${Arn} is neither a function, a queue nor a state machine here`,
      )
  }
  try {
    bus.defineRule({
      arn: `arn:aws:events:${resource.region}:000000000000:rule/${resource.name}`,
      name: resource.name,
      bus: properties.EventBusName,
      pattern: properties.EventPattern,
      schedule: properties.ScheduleExpression,
      state: properties.State,
      targets,
    })
  } catch (error) {
    throw new Unmodelled(resource.where, (error as Error).message)
  }
}
