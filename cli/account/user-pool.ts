import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Account, AccountStep } from '#core/access/account-plan.ts'

/** The accounts of a Cognito user pool, with the AWS credentials of whoever runs the command. */
export interface UserPool {
  list(): Promise<Account[]>
  perform(step: AccountStep): Promise<void>
}

export function openUserPool(id: string, region: string): UserPool {
  const client = new CognitoIdentityProviderClient({ region })
  const UserPoolId = id

  return {
    async list() {
      const accounts: Account[] = []
      for await (const page of paginateListUsers({ client }, { UserPoolId, Limit: 60 }))
        for (const { Username = '', Enabled = false, Attributes = [] } of page.Users ?? []) {
          const attribute = (name: string) => Attributes.find(({ Name }) => Name === name)?.Value
          accounts.push({
            username: Username,
            email: attribute('email'),
            emailVerified: attribute('email_verified') === 'true',
            person: attribute('custom:person'),
            enabled: Enabled,
          })
        }
      return accounts
    },
    async perform(step) {
      const Username = step.username
      if (step.do === 'create') {
        const UserAttributes = attributesOf({ email: step.email, person: step.username })
        const DesiredDeliveryMediums = ['EMAIL' as const]
        await client.send(
          new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, DesiredDeliveryMediums }),
        )
      } else if (step.do === 'change') {
        const UserAttributes = attributesOf(step)
        await client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username, UserAttributes }))
      } else {
        await client.send(new AdminDisableUserCommand({ UserPoolId, Username }))
        // Ends the refresh tokens; the ID token is refused by what is published.
        await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }))
      }
    },
  }
}

/** An address that operations published counts as verified: the invitation goes there. */
function attributesOf({ email, person }: { email?: string; person?: string }) {
  return [
    ...(email !== undefined
      ? [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ]
      : []),
    ...(person !== undefined ? [{ Name: 'custom:person', Value: person }] : []),
  ]
}
