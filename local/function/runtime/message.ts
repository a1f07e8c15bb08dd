/* What a function host and this process say to each other: a few entries a message, gathered within a turn of either's event loop. */

/**
 * Entries of a message at most. Gathered by whole turns, of any number, the two threads took turns: each waited while
 * the other worked through all that there was (measured at 32 clients: 211 leads a second, 254 by eights; by ones it
 * costs 1.5 ms more a lead).
 */
export const gatheredAtOnce = 8

export interface HostFunction {
  name: string
  arn: string
  /** Folder with the code, of this function alone. */
  taskRoot: string
  handler: string
  environment: Record<string, string>
}

/** Bytes of `HostStart.begun`, more than calls are ever in one host. */
export const begunSize = 4096

/** What a host is started with. */
export interface HostStart {
  functions: HostFunction[]
  /** Requests to this address are answered from memory; absent in a process of its own, which uses its sockets. */
  sdkUrl?: string
  /** Virtual milliseconds since the epoch in one 64-bit integer; absent with the real clock, and in a process. */
  time?: SharedArrayBuffer
  /** Each call brings the virtual time; processes only. */
  isVirtual?: boolean
  /** A byte for each call, at its number, that is 1 when it was begun: whoever ends the host must know. Threads only. */
  begun?: SharedArrayBuffer
}

export interface CallMessage {
  /** Rises from call to call; no two in a host at once have the same byte of `begun`. */
  number: number
  function: string
  /** The request id. */
  id: string
  event: string
  /** Milliseconds that the call may take from now on. */
  timeout: number
  /** The virtual time, for a process, which shares no memory. */
  now?: number
}

export interface Failure {
  errorType: string
  errorMessage: string
  trace: string[]
}

export interface ResultMessage {
  number: number
  /** What the handler returned, as JSON. */
  payload?: string
  error?: Failure
  /** The call failed outside of its promise: on AWS its environment is ended, here the host. */
  isFatal?: boolean
}

/** A request to the SDK's endpoint. */
export interface SdkRequest {
  method: string
  /** The request target. */
  path: string
  /** Names in lower case and values in turn. */
  headers: string[]
  body: string | Uint8Array
}

export interface SdkResponse {
  status: number
  /** Names and values in turn. */
  headers: string[]
  body: string | Uint8Array
}

/** Where no answer comes, as the error codes of sockets say it. */
export interface SdkRefusal {
  refused: 'ECONNREFUSED' | 'ECONNRESET'
}

export interface ToHost {
  start?: HostStart
  calls?: CallMessage[]
  answers?: ({ number: number } & (SdkResponse | SdkRefusal))[]
  /** Calls that were answered for the host: whatever goes on in them reaches nobody any more. */
  ended?: number[]
  ping?: true
}

export interface FromHost {
  /** A function whose code is loaded from now on. */
  loaded?: string
  results?: ResultMessage[]
  requests?: ({ number: number } & SdkRequest)[]
  output?: { function: string; text: string }
  /** Something failed outside of any call. */
  broken?: Failure
  pong?: true
}
