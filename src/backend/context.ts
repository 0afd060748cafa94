import { lazy } from '../lib/lazy.js'
import type { AuthorizationServer } from '../options.js'
import type { RedeemContext } from '../vault/sign-in/exchange.js'
import { discover } from '../vault/sign-in/discovery.js'
import type { RequestContext } from '../vault/context.js'
import { memoryStore } from '../vault/memory-store.js'
import { clientAuthentication } from './client-authentication.js'
import { createCookieJar, type CookieJar } from './cookies.js'
import type { BackendConfig } from './config.js'
import { createSeal, type Seal } from './seal.js'
import { placeInCookies, type Place } from './place.js'
import { placeInStore } from './place-in-store.js'
import { createSessionCookies } from './session-cookies.js'
import { createSessions, type Sessions } from './sessions.js'
import { entriesOf } from './store.js'

/** What the parts of a backend share. */
export interface BackendContext extends RedeemContext, Omit<RequestContext, 'session'> {
  readonly backend: BackendConfig
  readonly jar: CookieJar
  readonly seal: Seal
  readonly place: Place
  readonly sessions: Sessions
  /** @throws AuthError as discovery does */
  discover(): Promise<AuthorizationServer>
}

export function createContext(backend: BackendConfig): BackendContext {
  const { vault: config, url, secrets, cookie, client, store } = backend
  // For what is known of the authorization server, such as its metadata. It holds nothing of a user.
  const sharedStore = memoryStore()
  const jar = createCookieJar(cookie, url.protocol === 'https:')
  const seal = createSeal(secrets, config.key)
  const place = store
    ? placeInStore(seal, entriesOf(store, cookie, config.timeout))
    : placeInCookies(seal)
  const context: BackendContext = {
    backend,
    config,
    // A trace follows one user, and a backend serves many.
    notes: { note: () => () => {}, kept: [] },
    sharedStore,
    jar,
    seal,
    place,
    sessions: createSessions(createSessionCookies(jar), seal, place),
    defaultTokenKey: '',
    discover: () => discover(context),
    authenticate: clientAuthentication(client, config, () => context.discover()),
    // A backend offers no DPoP: a cookie cannot carry a key pair.
    dpop: () => Promise.reject(new Error('not offered')),
    signature: lazy('signature', () =>
      import('../vault/optional/signature.js').then(({ isSigned }) => isSigned),
    ),
  }
  return context
}
