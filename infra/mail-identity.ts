/** `address` or `domain`: this stack makes the identity; `existing`: the account has one for the address or its domain. */
export const mailIdentities = ['address', 'domain', 'existing'] as const
export type MailIdentity = (typeof mailIdentities)[number]
