import { startApp } from './app-server.js'
import { startAuthorizationServer } from './authorization-server.js'
import { listen } from './listen.js'
import { startResourceServer } from './resource-server.js'

/** The three servers of the demo, running. */
export interface Demo {
  readonly app: string
  readonly issuer: string
  readonly api: string
  close(): Promise<void>
}

/** Start the app, the authorization server and the API, each on an origin of its own. */
export async function startDemo({ port }: { readonly port?: number } = {}): Promise<Demo> {
  // The other two want to know the app's origin, and the app wants to know theirs.
  const listener = await listen(port)
  const { issuer, ...identity } = await startAuthorizationServer({ appOrigins: [listener.origin] })
  const api = await startResourceServer({ issuer, allowedOrigins: [listener.origin] })
  const app = await startApp({ listener, issuer, api: api.origin })
  return {
    app: listener.origin,
    issuer,
    api: api.origin,
    async close() {
      await Promise.all([app.close(), identity.close(), api.close()])
    },
  }
}
