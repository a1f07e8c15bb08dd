/* What requests to the service must look like. */
import { ApiError, tooLarge } from './failure.ts'

/** @throws ApiError InvalidName: 1 to 80 characters without spaces, brackets and signs that AWS reserves */
export function checkName(name: string): void {
  const bad = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\ufffe\uffff]|\p{Cc}|\p{Cs}/u
  if (name.length === 0 || name.length > 80 || bad.test(name))
    throw new ApiError('InvalidName', `Invalid Name: '${name}'`)
}

/** @throws ApiError InvalidExecutionInput */
export function checkInput(input: string): void {
  if (tooLarge(input))
    throw new ApiError('InvalidExecutionInput', "Invalid State Machine Execution Input: 'too large'")
  try {
    JSON.parse(input)
  } catch (error) {
    throw new ApiError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
    )
  }
}

/**
 * What StopExecution and SendTaskFailure take: 256 and 32,768 characters.
 * @throws ApiError ValidationException
 */
export function checkWords(request: { error?: string | undefined; cause?: string | undefined }): void {
  for (const [field, most] of [
    ['error', 256],
    ['cause', 32_768],
  ] as const)
    if ((request[field]?.length ?? 0) > most)
      throw new ApiError(
        'ValidationException',
        `1 validation error detected: Value at '${field}' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${most}`,
      )
}

/** arn:aws:states:region:account:stateMachine:Name → …:execution:Name:execution. */
export function executionArn(machineArn: string, name: string): string {
  const part = machineArn.split(':')
  part[5] = 'execution'
  return [...part, name].join(':')
}
