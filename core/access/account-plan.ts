/** An account of the user pool. */
export interface Account {
  username: string
  email: string | undefined
  emailVerified: boolean
  /** the attribute `custom:person` */
  person: string | undefined
  enabled: boolean
}

export type AccountStep =
  /** with a verified address; its owner is invited by e-mail */
  | { do: 'create'; username: string; email: string }
  /** what is left out stays */
  | { do: 'change'; username: string; email?: string; person?: string }
  /** signed out everywhere too */
  | { do: 'disable'; username: string }

export interface AccountPlan {
  steps: AccountStep[]
  /** sentences about accounts that are left as they are, for a person to decide */
  notes: string[]
}

/**
 * What makes the accounts of a pool those of the published people. Nothing is ever deleted, and an account that somebody
 * has disabled stays so: there was a reason. An account that never belonged to a person is not ours to touch.
 */
export function planAccounts(
  people: Readonly<Record<string, { name: string; email: string; language: string }>>,
  accounts: readonly Account[],
): AccountPlan {
  const known = (id: string): boolean => Object.hasOwn(people, id)
  const owned = new Map<string, Account[]>()
  const taken = new Set(accounts.map(({ username }) => username))
  const steps: AccountStep[] = []
  const notes: string[] = []
  for (const account of accounts) {
    const person = account.person ?? account.username
    if (known(person)) owned.set(person, [...(owned.get(person) ?? []), account])
    else if (account.person === undefined)
      notes.push(`${account.username} belongs to nobody in company/people.yaml and is let in nowhere`)
    else if (account.enabled) steps.push({ do: 'disable', username: account.username })
  }
  for (const [id, { email }] of Object.entries(people)) {
    const own = owned.get(id) ?? []
    // The one that is named like its person; an address belongs to one account only.
    const account = own.find(({ username }) => username === id) ?? own[0]
    if (!account) {
      if (!taken.has(id)) steps.push({ do: 'create', username: id, email })
      else notes.push(`${id} has no account, and the name ${id} is that of an account of somebody else`)
      continue
    }
    const change = {
      ...(!(account.emailVerified && isSame(account.email, email)) && { email }),
      ...(account.person !== id && { person: id }),
    }
    if (Object.keys(change).length) steps.push({ do: 'change', username: account.username, ...change })
    if (!account.enabled)
      notes.push(`${account.username} is disabled, though ${id} is in company/people.yaml`)
    for (const other of own)
      if (other !== account) notes.push(`${other.username} is another account of ${id}`)
  }
  return { steps, notes }
}

/** Cognito compares addresses without regard to case in a pool whose names are not case-sensitive, as ours is. */
const isSame = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
