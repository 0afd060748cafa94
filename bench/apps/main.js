// What every app does: it starts, and asks for a token where a user is signed in.
import make from 'library'

const { origin } = location
const name = location.pathname.split('/')[1]
const config = { ...JSON.parse(document.body.dataset.config), redirectUri: `${origin}/${name}/` }
// The document of a callback begins with the redirect that leads to it.
const [{ fetchStart }] = performance.getEntriesByType('navigation')
const seen = { fetchStart, importedAt: performance.now() }

// A call that meets no network: what is left is the work of the library. `window.name` outlives a reload.
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
