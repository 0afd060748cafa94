import { createAuth0Client, type Auth0Client } from '@auth0/auth0-spa-js'

const API = 'https://api.example.com'
const root = document.querySelector('#root')!
let auth0Client: Auth0Client

function button(label: string, onClick: () => Promise<unknown>) {
  const element = document.createElement('button')
  element.textContent = label
  element.addEventListener('click', () => void onClick())
  root.append(element)
}

const configureClient = async () => {
  auth0Client = await createAuth0Client({
    domain: 'id.example.com',
    clientId: 'my-spa',
    useRefreshTokens: true,
    cacheLocation: 'localstorage',
    authorizationParams: {
      redirect_uri: window.location.origin,
      audience: API,
    },
  })
}

const updateUI = async () => {
  const isAuthenticated = await auth0Client.isAuthenticated()
  if (!isAuthenticated) {
    button('Log in', () => auth0Client.loginWithRedirect())
    return
  }
  const user = await auth0Client.getUser()
  const greeting = document.createElement('p')
  greeting.textContent = `Hello ${user?.name}`
  const output = document.createElement('output')
  root.append(greeting, output)
  button('Call the API', async () => {
    const token = await auth0Client.getTokenSilently()
    const response = await fetch(`${API}/posts`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    output.textContent = await response.text()
  })
  button('Log out', () =>
    auth0Client.logout({ logoutParams: { returnTo: window.location.origin } }),
  )
}

window.onload = async () => {
  await configureClient()

  const query = window.location.search
  if (query.includes('code=') && query.includes('state=')) {
    await auth0Client.handleRedirectCallback()
    window.history.replaceState({}, document.title, '/')
  }

  await updateUI()
}
