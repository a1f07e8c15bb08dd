/** What an operator wrote, in a file or as a flag, is refused. The message is all that he needs: what, where, how to mend it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** What a person needs to know of a failure: of a refusal the message, of anything else the place too. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // esbuild's own failures carry their list in the message
  return error instanceof Refusal || 'errors' in error ? error.message : (error.stack ?? error.message)
}
