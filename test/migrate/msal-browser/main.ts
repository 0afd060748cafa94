import { InteractionRequiredAuthError, PublicClientApplication } from '@azure/msal-browser'
import { graphConfig, loginRequest, msalConfig } from './authConfig'

const root = document.querySelector('#root')!
const msalInstance = new PublicClientApplication(msalConfig)

function button(label: string, onClick: () => Promise<unknown>) {
  const element = document.createElement('button')
  element.textContent = label
  element.onclick = () => void onClick()
  root.append(element)
}

async function loadPosts() {
  try {
    const result = await msalInstance.acquireTokenSilent({
      ...loginRequest,
      account: msalInstance.getActiveAccount()!,
    })
    const response = await fetch(graphConfig.graphMeEndpoint, {
      headers: { Authorization: `Bearer ${result.accessToken}` },
    })
    return await response.text()
  } catch (error) {
    if (error instanceof InteractionRequiredAuthError)
      await msalInstance.acquireTokenRedirect(loginRequest)
    throw error
  }
}

await msalInstance.initialize()
const response = await msalInstance.handleRedirectPromise()
if (response) msalInstance.setActiveAccount(response.account)

const accounts = msalInstance.getAllAccounts()
if (accounts.length > 0) {
  const greeting = document.createElement('p')
  greeting.textContent = `Hello ${accounts[0]?.name}`
  const output = document.createElement('output')
  root.append(greeting, output)
  button('Call the API', async () => {
    output.textContent = await loadPosts()
  })
  button('Log out', () => msalInstance.logoutRedirect())
} else {
  button('Log in', () => msalInstance.loginRedirect(loginRequest))
}
