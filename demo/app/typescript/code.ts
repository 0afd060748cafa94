import type { Auth, TraceStep } from 'pixy-auth'
import { api, issuer } from './auth.js'
import { byId, text } from './page.js'
import { isOn } from './switches.js'

type Line = readonly [code: string, comment?: string, steps?: readonly TraceStep[]]

const added = (name: 'dpop' | 'par', code: string): Line[] => (isOn(name) ? [[code]] : [])
const signIn = isOn('popup') ? "auth.signIn({ via: 'popup' })" : 'auth.signIn()'

const lines: readonly Line[] = [
  ["import { createAuth } from 'pixy-auth'"],
  ["import { inspect } from 'pixy-auth/inspector'"],
  [''],
  ['const auth = createAuth({', '', ['discovery', 'verifier', 'par']],
  [`  issuer: '${issuer}',`],
  ["  clientId: 'pixy-demo',"],
  [`  redirectUri: '${location.pathname}',`],
  ["  scope: 'openid profile offline_access',"],
  [`  resources: ['${api}/'],`, 'the only places that get a token'],
  ...added('dpop', '  dpop: true,'),
  ...added('par', '  par: true,'),
  ['})'],
  ['await auth.start()', 'finishes a sign-in, or finds the session', ['callback', 'exchange']],
  ['inspect(auth)', 'draws the picture above'],
  [''],
  [`await ${signIn}`, 'to the server and back', ['click', 'authorize', 'login']],
  [
    `await auth.fetch('${api}/api/me')`,
    'with a token that is fresh',
    ['call', 'retry', 'answer', 'refresh', 'step-up'],
  ],
  ['await auth.signOut()', 'in every tab, and at the server', ['sign-out', 'end-session']],
]

/** Show the code, and light up the line that runs. */
export function showCode(auth: Auth) {
  const rows = lines.map(([code, comment]) => {
    const row = text('span', '')
    const [before, ...more] = code.split(/('[^']*')/)
    row.append(
      text('span', before ?? ''),
      ...more.map((part, i) => text(i % 2 ? 'span' : 'b', part)),
    )
    row.className = /^  (dpop|par):|popup/.test(code) ? 'line added' : 'line'
    if (comment) row.append(text('i', `  // ${comment}`))
    return row
  })
  byId('code').replaceChildren(...rows)
  auth.trace(({ step, at }) => {
    const index = lines.findIndex(([, , steps]) => steps?.includes(step))
    // What happened before this page was loaded is drawn, and runs no more.
    if (index < 0 || Date.now() - at > 3000) return
    for (const row of rows) row.classList.toggle('now', row === rows[index])
  })
}
