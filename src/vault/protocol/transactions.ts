import type { SignInRequest, Way } from '../../door.js'
import { own } from '../../config.js'
import { AuthError } from '../../errors.js'
import type { AuthorizationServer } from '../../options.js'
import type { Inside } from '../inside.js'
import type { ProofKey } from '../record.js'

/** What is remembered between leaving for the authorization server and coming back, under one `state`. */
export interface Transaction {
  readonly codeVerifier: string
  readonly nonce: string | undefined
  /** The endpoints ride along, so that a callback needs no discovery. */
  readonly server: AuthorizationServer
  readonly redirectUri: string
  readonly way: Way
  readonly returnTo: string
  readonly scope: string
  readonly resource: string | undefined
  readonly maxAge: number | undefined
  readonly acrValues: string | undefined
  readonly key: ProofKey | undefined
  /** What was pushed, if it may be pushed once more. */
  readonly pushed: SignInRequest | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

type Pending = Record<string, Transaction>

const lifetime = 3_600_000
const most: Record<Way, number> = { r: 20, l: 10 }

// Whatever else was stored there counts as nothing.
function living(stored: unknown): [string, Transaction][] {
  return Object.entries(Object(stored) as Pending)
    .map(([state, one]): [string, Transaction] => [
      state,
      own({ ...one, server: own(one?.server) }),
    ])
    .filter(
      ([, { way, createdAt }]) =>
        typeof way === 'string' &&
        typeof createdAt === 'number' &&
        Math.abs(Date.now() - createdAt) < lifetime,
    )
    .toSorted(([, a], [, b]) => b.createdAt - a.createdAt)
}

/** The newest of each way only: links prepared ahead never push out a sign-in under way. A newer version's ways are its own. */
function capped(entries: [string, Transaction][]): Pending {
  const seen: Record<Way, number> = { r: 0, l: 0 }
  return Object.fromEntries(entries.filter(([, { way }]) => !(seen[way]++ >= most[way])))
}

/** The one-time records of sign-ins under way. */
export interface Transactions {
  put(state: string, transaction: Transaction): Promise<void>
  /** Take the one of that state; without a state, the only one that was started. */
  take(state: string | null): Promise<Transaction | undefined>
  clear(): Promise<unknown>
}

function pick(pending: Pending, state: string | null): string | undefined {
  if (state !== null) return Object.hasOwn(pending, state) ? state : undefined
  const started = Object.keys(pending).filter((name) => pending[name]?.way === 'r')
  return started.length === 1 ? started[0] : undefined
}

/**
 * Transactions outlive the navigation whatever `store` says: they are kept where every tab sees
 * them, or in the tab's own storage where that fails.
 */
export function transactions({ config, shared, own }: Inside): Transactions {
  const record = `pixy-auth:transactions:${config.key}`
  const places = [shared, own]
  return {
    async put(state, transaction) {
      // A key cannot go where everything becomes text.
      for (const place of transaction.key ? [shared] : places) {
        const put = place.update(record, (stored) =>
          capped([[state, transaction], ...living(stored)]),
        )
        if (await put.catch(() => undefined)) return
      }
      throw new AuthError('storage')
    },
    async take(state) {
      for (const place of places) {
        let taken: Transaction | undefined
        // One atomic step, so that a callback opened twice is exchanged once.
        const update = place.update(record, (stored) => {
          const pending = Object.fromEntries(living(stored))
          const name = pick(pending, state)
          if (name) {
            taken = pending[name]
            delete pending[name]
          }
          return Object.keys(pending).length > 0 ? pending : undefined
        })
        await update.catch(() => {})
        if (taken) return taken
      }
      return undefined
    },
    clear: () => Promise.allSettled(places.map((place) => place.update(record, () => undefined))),
  }
}
