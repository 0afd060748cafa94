import { createAuth, type Auth } from 'pixy-auth'
import { createAuth as createAuthWithBackend } from 'pixy-auth/with-backend'
import { isOn, place } from './switches.js'

/** Where the other two servers of the demo run. */
export const { VITE_ISSUER: issuer, VITE_API: api } = import.meta.env

/** A server without discovery: its endpoints by hand, and the API says who the user is. */
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
