import type { Scope, State } from '../machine.ts'

/**
 * Refuses what Step Functions refuses of the ways between states (MISSING_TRANSITION_TARGET, "is not reachable"), and
 * a scope that no way ends (MISSING_TERMINAL_STATE of the AWS validators).
 * @throws Error that names the state
 */
export function checkWays({ startAt, states }: Scope, where: string): void {
  const reached = new Set([startAt])
  for (const name of reached) for (const next of nextOf(states.get(name)!)) reached.add(next)
  for (const name of states.keys())
    if (!reached.has(name)) throw new Error(`State ${name}: no other state leads here`)
  if (![...states.values()].some(isTerminal)) throw new Error(`${where} has no state that ends it`)
}

function nextOf(state: State): string[] {
  const nexts = [state.next]
  if ('catch' in state) nexts.push(...state.catch.map((catcher) => catcher.next))
  if (state.type === 'Choice') nexts.push(state.default, ...state.choices.map((choice) => choice.next))
  return nexts.filter((name) => name !== undefined)
}

const isTerminal = ({ type, next }: State): boolean => type !== 'Choice' && next === undefined
