import { randomBytes } from 'node:crypto'
import { createBackend } from 'pixy-auth/backend'
import type { ConfidentialClient } from './authorization/configuration.js'
import type { Handle } from './web.js'

/** The client of the demo's backend at the authorization server. It has its own id, and a secret. */
export const backendClient = (app: string): ConfidentialClient => ({
  clientId: 'pixy-demo-backend',
  clientSecret: randomBytes(24).toString('base64url'),
  redirectUris: [`${app}/auth/callback`],
  postLogoutRedirectUris: [`${app}/typescript/`],
})

/** The backend of the app in TypeScript: it gives access tokens to the page, and calls the API for it. */
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
