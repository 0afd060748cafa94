import type { SignInRequest, Via } from '../../door.js'
import { AuthError } from '../../errors.js'
import { channelNamed } from '../../lib/channel.js'
import { own } from '../../lib/own.js'
import type { AuthorizationServer, Store } from '../../options.js'
import type { VaultContext } from '../context.js'
import type { Asked, ProofKey } from '../record.js'
import type { Expected } from '../token/id-token.js'

/**
 * What this client stores when the browser leaves for the authorization server, under the `state`, and needs in
 * the callback.
 */
export interface Transaction extends Expected {
  readonly codeVerifier: string
  /** With its endpoints, so that a callback needs no discovery. */
  readonly server: AuthorizationServer
  readonly redirectUri: string
  readonly via: Via
  readonly returnTo: string
  readonly scope: string
  readonly resource: string | undefined
  readonly asked?: Asked
  readonly key: ProofKey | undefined
  /** Sent with `prompt=none`: the user was asked nothing. */
  readonly isSilent?: boolean
  /** The request, if it asked for `offline_access` without a prompt. */
  readonly unprompted?: SignInRequest | undefined
  /** Sent with `prompt=consent` for `offline_access`. */
  readonly isConsent?: boolean
  /** The request that was pushed, if it may be pushed once more. */
  readonly pushed: SignInRequest | undefined
}

type Pending = Record<string, Transaction>

const lifetimeMs = 3_600_000

/** The transactions that have not expired, the newest first. Any other stored value is left out. */
function pendingIn(stored: unknown): [string, Transaction][] {
  return Object.entries(Object(stored) as Pending)
    .map(([state, one]): [string, Transaction] => [
      state,
      own({ ...one, server: own(one?.server) }),
    ])
    .filter(
      ([, { via, createdAt }]) =>
        typeof via === 'string' &&
        typeof createdAt === 'number' &&
        Math.abs(Date.now() - createdAt) < lifetimeMs,
    )
    .toSorted(([, a], [, b]) => b.createdAt - a.createdAt)
}

/** The newest transactions of each way: links that are prepared ahead never push out a sign-in that has started. */
function newest(entries: [string, Transaction][]): Pending {
  const seen = new Map<Via, number>()
  const kept = entries.filter(([, { via }]) => {
    const count = (seen.get(via) ?? 0) + 1
    seen.set(via, count)
    return count <= (via === 'link' ? 10 : 20)
  })
  return Object.fromEntries(kept)
}

/** The one-time records of sign-ins under way. */
export interface Transactions {
  put(state: string, transaction: Transaction): Promise<void>
  /** Take the transaction that an answer with this `state` belongs to. */
  take(state: string): Promise<Transaction | undefined>
  /** The sign-in that this tab started last; links do not count. It stays in the store. */
  newest(): Promise<Transaction | undefined>
  clear(): Promise<void>
}

/**
 * Transactions outlive the navigation, whatever the option `store` is: they are in the store that every tab
 * sees or, if that fails, in the tab's own store.
 */
export function transactions({ config, sharedStore, tabStore }: VaultContext): Transactions {
  const record = `pixy-auth:transactions:${config.key}`
  const last = `pixy-auth:started:${config.key}`
  const places = [sharedStore, tabStore]
  return {
    async put(state, transaction) {
      const forTab = (name: string, value: string): Promise<unknown> =>
        tabStore.update(name, () => value).catch(() => {})
      const putIn = (place: Store): Promise<unknown> =>
        place
          .update(record, (stored) => {
            const others = pendingIn(stored).filter(([other]) => other !== state)
            return newest([[state, transaction], ...others])
          })
          .catch(() => undefined)
      const [isPut] = await Promise.all([
        putIn(sharedStore),
        transaction.via === 'redirect' && forTab(last, state),
        // The snippet of `vite/early` reads it in the page that the answer comes to.
        forTab('pixy-auth:token-endpoint', transaction.server.token_endpoint),
      ])
      // The tab's own store turns everything into text, so it cannot hold a key.
      if (!isPut && (transaction.key || !(await putIn(tabStore)))) throw new AuthError('storage')
    },
    async take(state) {
      for (const place of places) {
        let taken: Transaction | undefined
        // One atomic step, so that a callback that is opened twice is exchanged once.
        const update = place.update(record, (stored) => {
          const pending = Object.fromEntries(pendingIn(stored))
          if (Object.hasOwn(pending, state)) {
            taken = pending[state]
            delete pending[state]
          }
          return Object.keys(pending).length > 0 ? pending : undefined
        })
        await update.catch(() => {})
        if (taken) return taken
      }
      return undefined
    },
    async newest() {
      const mine = await tabStore.get(last).catch(() => {})
      for (const place of places) {
        const pending = pendingIn(await place.get(record).catch(() => {}))
        const [, started] = pending.find(([state]) => state === mine) ?? []
        if (started) return started
      }
      return undefined
    },
    async clear() {
      await Promise.allSettled(places.map((place) => place.update(record, () => undefined)))
      // The links of all tabs lead nowhere now, also where no session was shown. This tab hears it, too.
      const links = channelNamed('pixy-auth:links')
      links?.postMessage(0)
      // An open channel would keep a process of Node alive.
      links?.close()
    },
  }
}
