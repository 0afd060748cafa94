import { isAuthError, type AuthState } from 'pixy-auth'
import { api, auth, issuer } from './auth.js'
import { log, showLog } from './log.js'
import { byId, showClaims, showOnly, showProblem } from './page.js'
import { askedForToken, look, watchToken } from './token-life.js'

// Read before `start()` removes the code from the address bar.
const cameBack = new URLSearchParams(location.search).has('code')
let before: AuthState['status'] = 'loading'

byId('app-origin').textContent = location.host
byId('issuer').textContent = new URL(issuer).host
byId('api-origin').textContent = new URL(api).host
showLog()

on('sign-in', async () => {
  log('Going to the authorization server')
  await auth.signIn()
})
on('call', callApi)
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

auth.subscribe(render)
watchToken()

function render(state: AuthState) {
  showOnly(state.status)
  if (state.status === 'signed-in') {
    const { name, email, sub } = state.user
    byId('name').textContent = String(name ?? email ?? sub ?? 'Unknown user')
    showClaims(state.user)
    void look()
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

async function callApi() {
  const answer = byId('answer')
  answer.textContent = '…'
  try {
    const response = await auth.fetch(`${api}/api/me`)
    const body = JSON.stringify(await response.json(), null, 2)
    answer.textContent = `${response.status} ${response.statusText}\n\n${body}`
    log(`GET /api/me: ${response.status}`)
  } catch (error) {
    // An API that cannot be reached is a TypeError, as with the browser's own `fetch`.
    answer.textContent = isAuthError(error) ? said(error) : 'The API could not be reached.'
  }
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
      button.disabled = false
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
