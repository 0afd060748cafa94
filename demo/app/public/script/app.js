const { issuer, api } = document.body.dataset

const auth = Pixy.createAuth({
  issuer,
  clientId: 'pixy-demo',
  redirectUri: '/script/',
  postLogoutRedirectUri: '/script/',
  scope: 'openid profile email offline_access',
  resources: [`${api}/`],
})

// The inspector, for development only.
import('/inspector.js').then(({ inspect }) => inspect(auth))

const byId = (id) => document.getElementById(id)
const pages = { '/script/': 'home', '/script/about': 'about', '/script/account': 'account' }
const page = () => pages[location.pathname] ?? 'nothing'
const isPublic = () => /about|nothing/.test(page())

auth.subscribe((state) => {
  const now = state.status === 'signed-in' || isPublic() ? page() : state.status
  for (const part of document.querySelectorAll('[data-when]'))
    part.hidden = part.dataset.when !== now
  for (const link of document.querySelectorAll('nav a'))
    link.ariaCurrent = link.href === location.href ? 'page' : null
  byId('name').textContent = state.user?.name
  byId('claims').textContent = JSON.stringify(state.user, null, 2)
  byId('problem').textContent = state.error?.message
  // The user who cancelled did nothing wrong.
  byId('problem').role = state.error?.code === 'access_denied' ? 'status' : 'alert'
})

byId('sign-in').onclick = auth.signIn
byId('sign-out').onclick = auth.signOut
byId('call').onclick = async () => {
  const response = auth.fetch(`${api}/api/me`)
  byId('answer').textContent = await response.then((answer) => answer.text()).catch(String)
}

// The account needs a session: `require()` sends a signed-out user to sign in and then back here.
// It rejects if that would loop, as after a cancelled sign-in. Then the page shows the button.
if (page() === 'account') auth.require().catch(() => {})
