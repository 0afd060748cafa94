import { startApp } from './app-server.js'
import { startAuthorizationServer } from './authorization-server.js'
import { backendClient, demoBackend } from './backend.js'
import { listen } from './listen.js'
import { apps } from './pages.js'
import { startResourceServer } from './resource-server.js'
import { createSwitches } from './switches.js'

/** The three servers of the demo, running. */
export interface Demo {
  readonly app: string
  readonly issuer: string
  readonly api: string
  close(): Promise<void>
}

/** The options of `startDemo`. */
export interface DemoOptions {
  /** The port of the apps. Default: a free port. */
  readonly port?: number
  /** Seconds. Default 60. */
  readonly accessTokenLifetime?: number
}

/** Start the apps, the authorization server and the API, each on its own origin. */
export async function startDemo({ port, ...policy }: DemoOptions = {}): Promise<Demo> {
  // The other two servers need the origin of the apps, and the apps need theirs: listen first.
  const listener = await listen(port)
  const appOrigins = [listener.origin]
  const switches = createSwitches()
  // Each app uses its own page as redirect URI and after a sign-out.
  const backend = backendClient(listener.origin)
  const redirectUris = apps.map((app) => `${listener.origin}/${app}/`)
  const { issuer, ...identity } = await startAuthorizationServer({
    ...policy,
    switches,
    backend,
    appOrigins,
    redirectUris,
    postLogoutRedirectUris: redirectUris,
  })
  const api = await startResourceServer({ issuer, allowedOrigins: appOrigins, switches })
  const handle = demoBackend(listener.origin, issuer, api.origin, backend)
  await startApp({ listener, issuer, api: api.origin, backend: handle, switches })
  return {
    app: listener.origin,
    issuer,
    api: api.origin,
    async close() {
      await Promise.all([listener.close(), identity.close(), api.close()])
    },
  }
}
