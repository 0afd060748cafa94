// An app's server: a backend of pixy-auth, and for comparison a minimal proxy with the same `fetch`.
import { serve } from './web.mjs'

const dist = new URL('../../dist/', import.meta.url).href
/** @type {typeof import('../../src/testing/index.js')} */
const { createMockServer } = await import(`${dist}testing.js`)
/** @type {typeof import('../../src/backend/index.js')} */
const { createBackend } = await import(`${dist}backend.js`)

const upstream = process.argv[2] ?? ''
/** @type {import('../../src/testing/index.js').MockServer} */
let mock
/** @type {import('../../src/backend/index.js').Backend} */
let backend

/** @param {Request} request */
async function bare({ url, method, headers, body, signal }) {
  const { pathname, search } = new URL(url)
  const sent = new Headers(headers)
  for (const name of ['host', 'connection', 'content-length', 'transfer-encoding'])
    sent.delete(name)
  const target = upstream + pathname.slice('/bare'.length) + search
  const init = /** @type {RequestInit} */ ({ method, headers: sent, body, signal, duplex: 'half' })
  const answer = await fetch(target, init)
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}

const issuer = await serve((request) => mock.fetch(request))
const app = await serve(async (request) => {
  if (new URL(request.url).pathname.startsWith('/bare/')) return bare(request)
  return (await backend.handle(request)) ?? new Response('The app')
})
mock = createMockServer({ issuer, redirectUris: [`${app}/auth/callback`] })
backend = createBackend({
  url: `${app}/auth`,
  issuer,
  clientId: 'bench',
  clientSecret: 'a secret',
  clientAuthentication: 'client_secret_post',
  secrets: 'a secret of 32 characters or more',
  scope: 'openid offline_access',
  resources: { api: { url: `${upstream}/` } },
})

process.on('message', () => void process.send?.(process.memoryUsage.rss()))
process.send?.(app)
process.on('disconnect', () => process.exit())
