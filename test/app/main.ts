import {
  AuthError,
  createAuth,
  isAuthError,
  signInLink,
  type Auth,
  type AuthOptions,
  type AuthState,
} from '../../src/index.js'
import { createAuthWith } from '../../src/auth.js'
import { resolveConfig } from '../../src/config.js'
import { frontChannelLogout } from '../../src/front-channel/index.js'
import { inspect, measure } from '../../src/inspector/index.js'
import { createVault } from '../../src/vault/vault.js'
import { stretch } from './held-timers.js'
import { honest } from './honest.js'

declare global {
  interface Window {
    /** Set by the fixture before the page's first script. */
    options: AuthOptions
    /** `honest`: everything that crosses the door is cloned. `manual`: the test creates the client. */
    mode?: 'honest' | 'manual'
    /** The name of a global that this page must do without. */
    denied?: string
    auth: Auth
    /** Every state that was published, in order, since this page was loaded. */
    states: AuthState[]
    Pixy: {
      createAuth: typeof createAuth
      createAuthWith: typeof createAuthWith
      resolveConfig: typeof resolveConfig
      createVault: typeof createVault
      AuthError: typeof AuthError
      isAuthError: typeof isAuthError
      signInLink: typeof signInLink
      frontChannelLogout: typeof frontChannelLogout
      inspect: typeof inspect
      measure: typeof measure
    }
  }
}

// Where there are no init scripts (WebKitGTK), the test leaves these globals in localStorage.
if (!window.options) {
  Object.assign(window, JSON.parse(localStorage.getItem('test') ?? '{}'))
  stretch()
}
if (window.denied) Object.defineProperty(window, window.denied, { value: undefined })

window.Pixy = {
  createAuth,
  createAuthWith,
  resolveConfig,
  createVault,
  AuthError,
  isAuthError,
  signInLink,
  frontChannelLogout,
  inspect,
  measure,
}
window.states = []
if (window.options && window.mode !== 'manual') {
  window.auth =
    window.mode === 'honest'
      ? createAuthWith((base) => resolveConfig(window.options, base), honest)
      : createAuth(window.options)
  window.auth.subscribe((state) => {
    window.states.push(state)
    window.tell?.('state', state)
  })
}
