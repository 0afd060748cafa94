import { userManager } from './auth'
import { loadPosts } from './api'

const root = document.querySelector('#root')!

function button(label: string, onClick: () => Promise<unknown>) {
  const element = document.createElement('button')
  element.textContent = label
  element.onclick = () => void onClick()
  root.append(element)
}

if (new URLSearchParams(location.search).has('code')) {
  await userManager.signinRedirectCallback()
  window.history.replaceState({}, document.title, '/')
}

const user = await userManager.getUser()
if (user && !user.expired) {
  const greeting = document.createElement('p')
  greeting.textContent = `Hello ${user.profile.name}`
  const output = document.createElement('output')
  root.append(greeting, output)
  button('Call the API', async () => {
    output.textContent = await loadPosts()
  })
  button('Log out', () => userManager.signoutRedirect())
} else {
  button('Log in', () => userManager.signinRedirect())
}
