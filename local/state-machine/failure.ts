/** Why a state, and with it perhaps the execution, failed: `name` is the error name that Retry and Catch match. */
export class StateFailure extends Error {
  /** As the execution shows it: a Fail state and a callback may leave out either. */
  readonly stated: { error: string | undefined; cause: string | undefined }

  constructor(error: string | undefined, cause: string | undefined) {
    super(cause)
    this.name = error ?? ''
    this.stated = { error, cause }
  }
}

/** Reads what a task threw; anything without a name counts as `States.TaskFailed`. */
export function asFailure(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown
  if (thrown instanceof Error) return new StateFailure(thrown.name || 'States.TaskFailed', thrown.message)
  return new StateFailure('States.TaskFailed', String(thrown))
}

/** An answer of the service's API that is an error: `name` is the AWS error type. */
export class ApiError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** 256 KiB of UTF-8: inputs, outputs, arguments and results. */
export const payloadLimit = 262_144

/** The longest text whose UTF-8 form cannot exceed the limit needs no count. */
export function tooLarge(text: string): boolean {
  return text.length * 3 > payloadLimit && Buffer.byteLength(text) > payloadLimit
}
