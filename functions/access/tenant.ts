import type { Environment } from '#functions/adapter/surroundings.ts'

/** Whose records this deployment keeps; `TENANT` comes with the table, whose keys all begin with it. */
export const openTenant = (env: Environment): string => env('TENANT')
