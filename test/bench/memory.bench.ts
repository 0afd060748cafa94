import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import { createVault } from '../../src/vault/vault.js'
import { mapStore } from '../support/vault.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use once nothing is left to collect. */
function used(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const server = {
  authorization_endpoint: 'https://id.example/a',
  token_endpoint: 'https://id.example/t',
}

test('ten thousand refreshes leave no access token behind', async () => {
  let count = 0
  const [real, timeout] = [globalThis.fetch, AbortSignal.timeout]
  // The platform's own stays until it fires.
  AbortSignal.timeout = () => new AbortController().signal
  globalThis.fetch = async () =>
    Response.json({
      // As long as a JWT.
      access_token: `${++count}`.padEnd(1600, 'x'),
      refresh_token: `r${count}`,
      token_type: 'Bearer',
      expires_in: 300,
    })
  const config = resolveConfig(
    {
      server,
      clientId: 'app',
      redirectUri: '/',
      resources: ['https://api.example/'],
      store: 'memory',
    },
    'https://app.example/',
  )
  const vault = createVault(config, mapStore(), () => {})
  const url = new URL(await vault.authorize({ via: 'redirect', returnTo: '/' }))
  await vault.callback(`https://app.example/?code=c&state=${url.searchParams.get('state')}`)
  for (let i = 0; i < 1000; i++) await vault.refresh()
  const before = used()
  for (let i = 0; i < 10_000; i++) await vault.refresh()
  const grown = (used() - before) / 1e6
  console.info(`${count} tokens: ${grown.toFixed(2)} MB more after ten thousand refreshes`)
  Object.assign(globalThis, { fetch: real })
  AbortSignal.timeout = timeout
  await vault.close()
  // Their tokens alone would be 16 MB.
  expect(grown).toBeLessThan(2)
})
