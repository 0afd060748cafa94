import type { Auth } from '../api.js'
import { createAuthWith } from '../auth.js'
import { AuthError } from '../errors.js'
import { createVault } from '../vault/vault.js'
import { createArrival } from './arrival.js'
import { resolveNativeConfig } from './config.js'
import { createDeparture } from './departure.js'
import { createOpen, ignore } from './open.js'
import type { NativeAuth, NativeAuthOptions } from './options.js'

/** A rejection that causes no `unhandledrejection` event. */
function rejected(...given: ConstructorParameters<typeof AuthError>): Promise<never> {
  const promise = Promise.reject<never>(new AuthError(...given))
  promise.catch(ignore)
  return promise
}

const isWindow = (options: unknown): boolean => /^(popup|iframe)$/.test(Object(options).via)
const noWindow = 'via: in an app shell a sign-in opens the user’s browser.'

/**
 * A client in an app shell (Capacitor, Electron, a browser extension): the server's pages open in the user's browser,
 * and the app gives their answer to `finish`. Everything else is the same as with `createAuth` of `pixy-auth`.
 *
 * @throws AuthError `config`, naming the option that is wrong and the remedy
 * @see [RFC 8252](https://www.rfc-editor.org/rfc/rfc8252)
 */
export function createAuth(options: NativeAuthOptions): NativeAuth {
  const open = createOpen((url) => options.openUrl(url))
  const departure = createDeparture(open)
  const arrival = createArrival(departure, open)
  let signOutUrl: string | undefined
  const auth: Auth = createAuthWith(
    (base) => resolveNativeConfig(options, departure.leave, base),
    (config, tabStore, emit) => {
      const own = { ...config, redirectUri: config.appUri }
      const vault = arrival.connect({ vault: createVault(own, tabStore, emit), config, emit })
      return {
        ...vault,
        async signOut(given) {
          const { url, ...rest } = await vault.signOut(given)
          // A server without an end-session endpoint has no page to open.
          signOutUrl = url === config.postLogoutRedirectUri ? undefined : url
          return rest
        },
      }
    },
  )
  return {
    ...auth,
    get state() {
      return auth.state
    },
    signIn: (given) => (isWindow(given) ? rejected('config', noWindow) : auth.signIn(given)),
    require: (given) => (isWindow(given) ? rejected('config', noWindow) : auth.require(given)),
    signInUrl: () => rejected('unsupported', 'A link would leave the app: call `signIn()`.'),
    async signOut(given) {
      await auth.signOut(given)
      const url = signOutUrl
      signOutUrl = undefined
      if (url) await open(url)
    },
    finish: (url) => arrival.finish(auth, url, options.redirectUri),
  }
}

export { AuthError, isAuthError } from '../errors.js'
export type { AuthErrorCode, OAuthErrorFields } from '../errors.js'
export type { NativeAuth, NativeAuthOptions } from './options.js'
export type {
  AuthorizationServer,
  Resource,
  SignInOptions,
  SignOutOptions,
  Store,
  TokenOptions,
} from '../options.js'
export type * from '../trace.js'
export type * from '../api.js'
