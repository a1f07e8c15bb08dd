import { main } from '../cli/main.ts'
import type { Terminal } from '../cli/terminal.ts'

/** Runs `holdfast` with a terminal that keeps what it is told, on a morning of its own unless `now` is given. */
export async function runCommand(
  args: readonly string[],
  terminal: Partial<Terminal> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await main(args, {
    directory: '.',
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    now: Date.UTC(2026, 10, 23, 9),
    ...terminal,
  })
  return { code, out, err }
}
