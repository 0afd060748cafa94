import { isAuthError, type AuthState } from 'pixy-auth'
import { inspect } from 'pixy-auth/inspector'
import { secondFactor } from '../../second-factor.js'
import { api, auth, issuer } from './auth.js'
import { showCode } from './code.js'
import { log, showLog } from './log.js'
import { byId, showClaims, showOnly, showProblem } from './page.js'
import { expire, isOn, loseNextAnswer, loseNoAnswer, showSwitches } from './switches.js'
import { callByTwenty } from './tabs.js'
import { askedForToken, look, watchToken } from './token-life.js'

const pending = 'demo:transfer'
const leaving = 'demo:leaving'
// Read it before `start()` removes the code from the address bar. With a backend, no code comes to this page.
const hasCode = new URLSearchParams(location.search).has('code')
const cameBack = hasCode || sessionStorage.getItem(leaving) !== null
// Whether a transfer waits for the second factor.
let isInterrupted = sessionStorage.getItem(pending) !== null
for (const note of [pending, leaving]) sessionStorage.removeItem(note)
let before: AuthState['status'] = 'loading'

byId('app-origin').textContent = location.host
byId('issuer').textContent = new URL(issuer).host
byId('api-origin').textContent = new URL(api).host
showLog()

on('sign-in', async () => {
  log('Going to the authorization server')
  sessionStorage.setItem(leaving, 'yes')
  await auth.signIn({ via: isOn('popup') ? 'popup' : 'redirect' })
})
on('call', () => callApi('GET', '/api/me'))
on('transfer', transfer)
on('refresh', async () => {
  askedForToken()
  await auth.refresh()
  await look()
})
on('user-info', async () => {
  await auth.userInfo()
  log('UserInfo answered')
})
on('sign-out', () => auth.signOut())

on('expire', async () => {
  await expire()
  await callApi('GET', '/api/me')
})
on('lose', async () => {
  await loseNextAnswer()
  await auth.refresh().finally(loseNoAnswer)
})
on('twenty-tabs', async () => log(await callByTwenty()))
on('second-tab', async () => void open(location.pathname, '_blank', 'noopener'))

const inspector = inspect(auth, byId('flow'))
inspector.toggleAttribute('inline', true)
inspector.open = true
auth.subscribe(render)
showCode(auth)
watchToken()
void showSwitches()

function render(state: AuthState) {
  showOnly(state.status)
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-needs]'))
    button.disabled = isIdle(button)
  if (state.status === 'signed-in') {
    const { name, email, sub } = state.user
    byId('name').textContent = String(name ?? email ?? sub ?? 'Unknown user')
    showClaims(state.user)
    void look()
    // A plain server has no ID token.
    if (isOn('plain') && !sub) auth.userInfo().catch(() => {})
    const isConfirmed = hasCode || state.session.acr === secondFactor
    if (isInterrupted && isConfirmed) void transfer()
    isInterrupted = false
  }
  const problem = 'stale' in state ? state.stale : 'error' in state ? state.error : undefined
  showProblem(problem && said(problem), problem?.code === 'access_denied')
  if (state.status !== before) tell(state)
  before = state.status
}

function tell(state: AuthState) {
  if (state.status === 'signed-in') {
    const found = before === 'loading' && !cameBack
    log(found ? 'Still signed in: the session was kept' : 'Signed in: the code became tokens')
  } else if (state.status === 'signed-out') {
    if (state.error)
      log(`${before === 'signed-in' ? 'Signed out' : 'Not signed in'}: ${state.error.code}`)
    else if (before === 'signed-in') log('Signed out')
  }
}

/** Make a transfer. The API requires a second factor: by redirect the browser leaves this page, which then calls again. */
async function transfer() {
  sessionStorage.setItem(pending, 'yes')
  const problem = await callApi('POST', '/api/transfer')
  if (problem !== 'step_up_required') sessionStorage.removeItem(pending)
}

/** @returns the code of the problem, if there is one */
async function callApi(method: string, path: string): Promise<string | undefined> {
  const answer = byId('answer')
  answer.textContent = '…'
  try {
    const response = await auth.fetch(api + path, { method })
    const body = JSON.stringify(await response.json(), null, 2)
    answer.textContent = `${response.status} ${response.statusText}\n\n${body}`
    log(`${method} ${path}: ${response.status}`)
    return undefined
  } catch (error) {
    // An API that cannot be reached is a TypeError, as with the browser's own `fetch`.
    answer.textContent = isAuthError(error) ? said(error) : 'The API could not be reached.'
    return isAuthError(error) ? error.code : 'network'
  }
}

/** Whether the button needs a signed-in user, and no user is signed in. */
function isIdle({ dataset }: HTMLElement): boolean {
  return dataset['needs'] !== undefined && auth.state.status !== 'signed-in'
}

/** Run the action when the button is pressed, and show its error on the page. */
function on(id: string, action: () => Promise<unknown>) {
  const button = byId<HTMLButtonElement>(id)
  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      await action()
    } catch (error) {
      showProblem(said(error))
    } finally {
      button.disabled = isIdle(button)
    }
  })
}

function said(error: unknown): string {
  // The user who cancelled knows why, so this is not shown as an error.
  if (isAuthError(error) && error.code === 'access_denied')
    return 'You cancelled, and nothing has changed. Sign in whenever you like.'
  if (isAuthError(error)) return `${error.message} (${error.code})`
  return error instanceof Error ? error.message : String(error)
}
