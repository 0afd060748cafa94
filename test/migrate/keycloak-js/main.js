import keycloak from './keycloak.js'

const root = document.querySelector('#root')

function button(label, onClick) {
  const element = document.createElement('button')
  element.textContent = label
  element.addEventListener('click', onClick)
  root.append(element)
}

async function loadPosts() {
  await keycloak.updateToken(30)
  const response = await fetch('https://api.example.com/posts', {
    headers: {
      accept: 'text/plain',
      authorization: 'Bearer ' + keycloak.token,
    },
  })
  return response.text()
}

try {
  const authenticated = await keycloak.init({ pkceMethod: 'S256', checkLoginIframe: false })
  if (authenticated) {
    const greeting = document.createElement('p')
    greeting.textContent = `Hello ${keycloak.idTokenParsed.name}`
    const output = document.createElement('output')
    root.append(greeting, output)
    button('Call the API', async () => {
      output.textContent = await loadPosts()
    })
    button('Log out', () => keycloak.logout({ redirectUri: location.origin + '/' }))
  } else {
    button('Log in', () => keycloak.login())
  }
} catch (error) {
  console.error('Failed to initialize adapter:', error)
}
