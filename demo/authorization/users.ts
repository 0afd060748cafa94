/** An account of the demo, by its standard claims. */
export interface User {
  readonly sub: string
  readonly name: string
  readonly email: string
}

/** The accounts of one authorization server. */
export interface Users {
  /** The name that the sign-in page suggests. */
  readonly suggestion: string
  find(sub: string): User | undefined
  /** The account of a name typed into the sign-in page. An unknown name creates an account. */
  signIn(name: string): User
}

const someUsers: readonly User[] = [
  { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { sub: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
]

/** Accounts in memory. Every name signs in. */
export function createUsers(known: readonly User[] = someUsers): Users {
  const users = new Map(known.map((user) => [user.sub, user]))
  return {
    suggestion: known[0]?.name ?? '',
    find: (sub) => users.get(sub),
    signIn(typed) {
      const name = typed.trim().slice(0, 80)
      const sub = slug(name)
      const found = users.get(sub) ?? known.find((user) => slug(user.name) === sub)
      const user = found ?? { sub, name, email: `${sub}@example.com` }
      users.set(user.sub, user)
      return user
    },
  }
}

/**
 * The claims that a client may see with this scope.
 *
 * @see [OpenID Connect Core §5.4](https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims)
 */
export function claimsOf(user: User, scope: string): Record<string, string | boolean> {
  const granted = new Set(scope.split(' '))
  return {
    sub: user.sub,
    ...(granted.has('profile') && { name: user.name, preferred_username: user.sub }),
    ...(granted.has('email') && { email: user.email, email_verified: true }),
  }
}

function slug(name: string): string {
  const plain = name.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
  return plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'somebody'
}
