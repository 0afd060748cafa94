import { randomBytes } from 'node:crypto'
import { createBackend } from 'pixy-auth/backend'
import type { ConfidentialClient } from './authorization/configuration.js'
import type { Handle } from './web.js'

/** The demo's backend at the authorization server: a client of its own, with a secret. */
export const backendClient = (app: string): ConfidentialClient => ({
  clientId: 'pixy-demo-backend',
  clientSecret: randomBytes(24).toString('base64url'),
  redirectUris: [`${app}/auth/callback`],
  postLogoutRedirectUris: [`${app}/typescript/`],
})

/** The backend of the app in TypeScript: it lends the page access tokens, and calls the API for it. */
export function demoBackend(
  app: string,
  issuer: string,
  api: string,
  { clientId, clientSecret }: ConfidentialClient,
): Handle {
  const { handle } = createBackend({
    url: `${app}/auth`,
    issuer,
    clientId,
    clientSecret,
    secrets: randomBytes(32).toString('base64url'),
    scope: 'openid profile email offline_access',
    postLogoutRedirectUri: '/typescript/',
    resources: { lent: {}, api: { url: `${api}/` } },
    // All ports of localhost share their cookies.
    cookie: `pixy-demo-${new URL(app).port}`,
  })
  return handle
}
