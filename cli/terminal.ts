/** The world as a command sees it: handed in, so that tests run commands without a process. */
export interface Terminal {
  /** from which file names count */
  directory: string
  out(text: string): void
  err(text: string): void
  colour: boolean
  /** milliseconds */
  now: number
  /** a token or a key, for commands that ask a running instance; counts before whoever has signed in */
  token?: string | undefined
  /** the folder of this user's settings for Holdfast, where sign-ins are kept */
  settings?: string | undefined
  /** shows an address in a browser, where there is one */
  browse?(address: string): void
  /** all of standard input */
  input?(): Promise<string>
}

export interface Options {
  json?: boolean | undefined
  html?: boolean | undefined
  explain?: boolean | undefined
  record?: string | undefined
  pin?: string | undefined
  at?: string | undefined
  history?: string | undefined
  last?: string | undefined
  url?: string | undefined
  out?: string | undefined
  scope?: string[] | undefined
  pool?: string | undefined
  apply?: boolean | undefined
  rebuild?: boolean | undefined
  encoding?: string | undefined
  sheet?: string | undefined
  from?: string | undefined
  region?: string | undefined
  sweep?: boolean | undefined
  data?: string | undefined
  aws?: boolean | undefined
  stack?: string | undefined
  header?: string[] | undefined
  person?: string | undefined
  role?: string | undefined
  than?: string | undefined
  'content-type'?: string | undefined
  'secret-file'?: string | undefined
}

/** Bad use of the command: says what is wrong, and how it is used. */
export class UsageError extends Error {}

/** What could not be done though the command was used rightly: nobody answers, or somebody refuses. Says what to do. */
export class CommandFailed extends Error {}
