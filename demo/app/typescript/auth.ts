import { createAuth } from 'pixy-auth'
import { isOn } from './switches.js'

/** Where the other two servers of the demo run. */
export const { VITE_ISSUER: issuer, VITE_API: api } = import.meta.env

/** The one client of this page. */
export const auth = createAuth({
  issuer,
  clientId: 'pixy-demo',
  redirectUri: '/typescript/',
  postLogoutRedirectUri: '/typescript/',
  scope: 'openid profile email offline_access',
  resources: [`${api}/`],
  dpop: isOn('dpop'),
  par: isOn('par'),
  stepUp: isOn('popup') ? 'popup' : 'redirect',
})
