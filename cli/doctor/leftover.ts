import type { Account, Machine, Reading } from './account.ts'

/*
 * Machines of workflows whose file was removed or renamed. They stay because their runs would end with them; here it is
 * found out which of them nobody needs any more.
 */

/** What every machine's name contains: infra/construct/workflow.ts. */
const mark = 'HoldfastWorkflow'
const tag = 'holdfast:workflow'
const stack = 'HoldfastWorkflows'

export interface Leftover extends Machine {
  workflow: string
  /** why it must stay; undefined when it may go */
  stays?: string
}

const day = 86_400_000
/** So long may a failed execution be redriven: Step Functions, "Redriving executions". */
const redrivable = 14 * day

/**
 * Machines that no deployment knows. None when what is deployed cannot be read, because then every machine would look
 * like one of them.
 */
export async function leftovers(account: Account, now: number): Promise<Reading<Leftover[]>> {
  const state = await account.stack(stack)
  if ('missing' in state) return state
  if (state.value === 'absent') return { missing: `there is no stack ${stack} to compare with` }
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(state.value.status))
    return { missing: `${stack} is in ${state.value.status}: wait until it is complete` }
  const [deployed, machines] = [await account.resourcesOf(stack), await account.machines(mark)]
  if ('missing' in deployed) return deployed
  if ('missing' in machines) return machines
  const found: Leftover[] = []
  for (const machine of machines.value) {
    if (deployed.value.includes(machine.arn)) continue
    const workflow = await account.tag(machine.arn, tag)
    if ('missing' in workflow) return workflow
    // Something else that has the same word in its name is not ours to judge.
    if (workflow.value === undefined) continue
    const stays = await reasonToStay(account, machine.arn, now)
    found.push({ ...machine, workflow: workflow.value, ...(stays !== undefined && { stays }) })
  }
  return { value: found }
}

async function reasonToStay(account: Account, arn: string, now: number): Promise<string | undefined> {
  const ask = async (status?: 'RUNNING' | 'PENDING_REDRIVE' | 'FAILED' | 'TIMED_OUT') => {
    const answer = await account.executions(arn, status)
    return 'missing' in answer ? answer.missing : answer.value[0]
  }
  for (const status of ['RUNNING', 'PENDING_REDRIVE'] as const) {
    const run = await ask(status)
    if (typeof run === 'string') return `unknown: ${run}`
    if (run) return 'runs wait in it'
  }
  for (const status of ['FAILED', 'TIMED_OUT'] as const) {
    const run = await ask(status)
    if (typeof run === 'string') return `unknown: ${run}`
    if (run && now - (run.stopped ?? now) < redrivable) return 'a failed run can still be redriven'
  }
  const last = await ask()
  if (typeof last === 'string') return `unknown: ${last}`
  // EventBridge tries for a day to hand over an event that a rule took before it was deleted.
  return last && now - last.started < day ? 'it has begun a run within the last day' : undefined
}
