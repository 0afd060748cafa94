import { answers } from './list/answers.mjs'
import { backendCookies } from './list/backend-cookies.mjs'
import { backendStore } from './list/backend-store.mjs'
import { backend } from './list/backend.mjs'
import { callbackPage } from './list/callback-page.mjs'
import { callbackUrls } from './list/callback-urls.mjs'
import { callback } from './list/callback.mjs'
import { callers } from './list/callers.mjs'
import { calls } from './list/calls.mjs'
import { demo } from './list/demo.mjs'
import { dpop } from './list/dpop.mjs'
import { earlyStart } from './list/early-start.mjs'
import { frontChannel } from './list/front-channel.mjs'
import { inspector } from './list/inspector.mjs'
import { native } from './list/native.mjs'
import { prepared } from './list/prepared.mjs'
import { providers } from './list/providers.mjs'
import { framed } from './list/framed.mjs'
import { frameworks } from './list/frameworks.mjs'
import { reading } from './list/reading.mjs'
import { refresh } from './list/refresh.mjs'
import { restoring } from './list/restore.mjs'
import { servers } from './list/servers.mjs'
import { session } from './list/session.mjs'
import { signIn } from './list/sign-in.mjs'
import { signOut } from './list/sign-out.mjs'
import { stores } from './list/stores.mjs'
import { tokens } from './list/tokens.mjs'
import { ways } from './list/ways.mjs'
import { trace } from './list/trace.mjs'
import { withBackend } from './list/with-backend.mjs'
import { wire } from './list/wire.mjs'

/**
 * A defence, how to take it away, and the tests that must notice that it is gone.
 *
 * One of `remove`, `replace`, `always` and `never` says what to look for: an expression, statements
 * or members of an object, which must be in that function once. They are compared by syntax: spaces,
 * quotes, comments, parentheses and types do not matter, and names that were changed are followed.
 * In a regular expression `…` at an end stands for the rest of it.
 *
 * @typedef {object} Defence
 * @property {string} name
 * @property {string} in the function, or `outer.inner`; for a constant of a module, its name
 * @property {string} [remove] left out
 * @property {string} [replace] replaced by `with`
 * @property {string} [with]
 * @property {string} [always] taken for true
 * @property {string} [never] taken for false
 * @property {string} [page] of test/app, where the tests open another than `main`; or `package`, which they install
 * @property {string[]} tests what Playwright is told: spec files, `-g` and a pattern
 */

/** @type {Defence[]} */
export const defences = [
  ...signIn,
  ...prepared,
  ...callback,
  ...callbackUrls,
  ...servers,
  ...providers,
  ...answers,
  ...tokens,
  ...calls,
  ...callers,
  ...dpop,
  ...refresh,
  ...session,
  ...signOut,
  ...stores,
  ...reading,
  ...ways,
  ...restoring,
  ...framed,
  ...callbackPage,
  ...native,
  ...frontChannel,
  ...trace,
  ...inspector,
  ...demo,
  ...wire,
  ...frameworks,
  ...backend,
  ...backendCookies,
  ...backendStore,
  ...withBackend,
  ...earlyStart,
]

/**
 * Whether the tests need no browser, no installed package, no backend, nor the minutes of the simulation.
 *
 * @param {Defence} defence
 */
export const isUnit = ({ tests }) =>
  tests.every(
    (test) =>
      !/^(browser|field)\/|\/(sim|environments|early-start|callback-page|backend-[\w-]+)\./.test(
        test,
      ),
  )

export const root = new URL('../../', import.meta.url)
