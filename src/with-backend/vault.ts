import type { SignOutResult, Vault, VaultEvent } from '../door.js'
import { lazy } from '../lib/lazy.js'
import { isSecure, parseUrl } from '../lib/url.js'
import type { SignOutOptions, Store } from '../options.js'
import type { Calls } from './calls/calls.js'
import type { BackendPageConfig } from './config.js'
import { request } from './request.js'
import { createBackendSession, type BackendSession } from './session.js'

/** Ends the session in this page before it asks the backend: the page may be left as soon as `signOut` is called. */
async function signOut(
  session: BackendSession,
  { local = false }: SignOutOptions,
): Promise<SignOutResult> {
  session.notes.note('sign-out', local)
  const id = session.end()
  try {
    const { url } = await request(session, 'sign-out', { body: { local }, isLast: true })
    session.ended()
    const place = parseUrl(String(url))
    return { url: isSecure(place) ? place?.href : undefined, undeleted: '' }
  } catch {
    // The sign-out is sent again when the backend can be reached.
    return { undeleted: id }
  }
}

/**
 * A vault whose tokens are kept by a backend. This page has no token, or a short-lived access token in
 * memory. This file and what it imports show the session and end it; the rest is loaded on first use.
 *
 * @param lentStore the tab's `sessionStorage`
 * @param emit called with every change of the state
 */
export function createBackendVault(
  config: BackendPageConfig,
  lentStore: Store,
  emit: (event: VaultEvent) => void,
): Vault {
  const session = createBackendSession(config, lentStore, emit)
  const load = lazy('calls', () =>
    import('./calls/calls.js').then(({ createCalls }) => createCalls(session)),
  )
  const call =
    <Name extends keyof Calls>(name: Name) =>
    async (...given: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> =>
      await ((await load())[name] as (...all: unknown[]) => never)(...given)
  return {
    open: session.open,
    authorize: call('authorize'),
    callback: call('callback'),
    fetch: (given, caller = session.caller(), isOneTime = false) =>
      call('fetch')(given, caller ?? undefined, isOneTime),
    getAccessToken: call('getAccessToken'),
    refresh: call('refresh'),
    userInfo: call('userInfo'),
    signOut: (options) => signOut(session, options),
    trace: () =>
      import('./trace/tracer.js').then(({ tellTrace }) => tellTrace(session, lentStore, emit)),
    prepare: call('prepare'),
    resume: session.read,
    close: async () => session.tabs.close(),
  }
}
