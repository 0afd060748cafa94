import { createAuth, type Auth } from 'pixy-auth'
import { createAuth as createAuthWithBackend } from 'pixy-auth/with-backend'
import { isOn, place } from './switches.js'

/** The origins of the other two servers of the demo. */
export const { VITE_ISSUER: issuer, VITE_API: api } = import.meta.env

/** A server without discovery. The endpoints are written by hand, and the API serves as the UserInfo endpoint. */
export const plainServer = {
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/plain/token`,
  userinfo_endpoint: `${api}/api/me`,
} as const

const inPage = (): Auth =>
  createAuth({
    ...(isOn('plain')
      ? { server: plainServer, scope: 'profile offline_access' }
      : { issuer, scope: 'openid profile email offline_access' }),
    clientId: 'pixy-demo',
    redirectUri: '/typescript/',
    postLogoutRedirectUri: '/typescript/',
    resources: [`${api}/`],
    dpop: isOn('dpop'),
    par: isOn('par'),
    stepUp: isOn('popup') ? 'popup' : 'redirect',
  })

const withBackend = (): Auth =>
  createAuthWithBackend({
    backend: '/auth',
    resources: [place() === 'proxy' ? { url: `${api}/`, name: 'api' } : `${api}/`],
    stepUp: 'redirect',
  })

/** The one client of this page. */
export const auth = place() === 'page' ? inPage() : withBackend()
