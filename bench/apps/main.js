// The part that all apps share: it starts the client, and gets a token if a user is signed in.
import make from 'library'

const { origin } = location
const name = location.pathname.split('/')[1]
const config = { ...JSON.parse(document.body.dataset.config), redirectUri: `${origin}/${name}/` }
// For the document of a callback, the navigation begins with the redirect that leads to it: `fetchStart` comes later.
const [{ fetchStart }] = performance.getEntriesByType('navigation')
const seen = { fetchStart, importedAt: performance.now() }

// Answer calls without the network, so that only the work of the library is left. `window.name` survives a reload.
if (window.name === 'stub') {
  const platform = globalThis.fetch
  globalThis.fetch = (input, init) =>
    String(input.url ?? input).startsWith(config.api)
      ? Promise.resolve(new Response('{}'))
      : platform(input, init)
}

const app = make(config)
Object.assign(globalThis, { app, seen, makeApp: () => make(config) })
void run()

async function run() {
  try {
    seen.isSignedIn = await app.start()
    seen.knownAt = performance.now()
    if (!seen.isSignedIn) return
    seen.token = await app.token()
    seen.tokenAt = performance.now()
    if (window.name !== 'refresh') return
    await app.refresh()
    seen.refreshedAt = performance.now()
  } catch (error) {
    seen.error = String(error?.message ?? error)
  } finally {
    seen.isDone = true
  }
}
