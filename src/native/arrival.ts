import type { Auth, AuthState } from '../api.js'
import type { CallbackResult, Vault, VaultEvent } from '../door.js'
import { AuthError, fromData } from '../errors.js'
import { refuse } from '../lib/check.js'
import { once } from '../lib/lazy.js'
import { endedSession } from '../page/flags.js'
import type { NativeConfig } from './config.js'
import type { Departure } from './departure.js'
import { ignore, type Open } from './open.js'
import { isAnswer } from './redirect-uri.js'

/** What a client has after its start. */
export interface Door {
  readonly vault: Vault
  readonly config: NativeConfig
  readonly emit: (event: VaultEvent) => void
}

type Work = () => Promise<CallbackResult | undefined>

/** Handles the answers with which the system opens the app. */
export interface Arrival {
  /** The client starts. @returns the vault for the page half; its `open` also finishes answers from before the start */
  connect(door: Door): Vault
  /** The `finish` of the client. */
  finish(auth: Auth, url: string, appUri: string): Promise<AuthState | false>
}

/** Exchange the code of an answer. @returns `undefined` for the answer to another client */
async function exchange(
  { vault, config, emit }: Door,
  url: string,
  { arrive }: Departure,
  open: Open,
): Promise<CallbackResult | undefined> {
  const result = await vault.callback(url)
  if (!result) return undefined
  const { key } = config
  // Any app or page can open this app with such a URL, so the URL must not end or change anything.
  if (result.error?.code === 'unknown_transaction') throw fromData(result.error)
  endedSession(key, result.undeleted)
  // A sign-in is an action of the user, from which the option `idle` counts.
  if (!result.error) endedSession(key, `${Date.now()}`, 'active')
  if (result.retryUrl) await open(result.retryUrl)
  else if (!arrive(result)) (await import('../page/sign-in/index.js')).returnHome(config, result)
  emit({ type: 'state', snapshot: result.snapshot })
  return result
}

export function createArrival(departure: Departure, open: Open): Arrival {
  const underWay = new Map<string, Promise<AuthState | false>>()
  let launches: Work[] | undefined = []
  let door: Door | undefined

  async function finish(auth: Auth, url: string, appUri: string): Promise<AuthState | false> {
    if (typeof url !== 'string') refuse('url', 'give the URL that the app was opened with.')
    if (!isAnswer(url, appUri)) return false
    const work: Work = once(() => exchange(door as Door, url, departure, open))
    launches?.push(work)
    const { status, error }: { status: string; error?: AuthError | undefined } = await auth.start()
    if (!door) throw error ?? new AuthError('unsupported', `The client is ${status} here.`)
    const result = await work()
    if (result?.error) throw fromData(result.error)
    return !!result && auth.state
  }

  return {
    connect(opened) {
      const { vault } = (door = opened)
      return {
        ...vault,
        async open(refused) {
          let snapshot = await vault.open(refused)
          const first = launches ?? []
          launches = undefined
          for (const work of first) snapshot = (await work().catch(ignore))?.snapshot ?? snapshot
          return snapshot
        },
        // The page's own address never has an answer of the server.
        callback: async () => undefined,
      }
    },
    finish(auth, url, appUri) {
      // A system may report the same URL twice.
      const known = underWay.get(url)
      if (known) return known
      const work = finish(auth, url, appUri).finally(() => underWay.delete(url))
      underWay.set(url, work)
      work.catch(ignore)
      return work
    },
  }
}
