import { expect, test } from '@playwright/test'
import { createBackend } from '../../src/backend/index.js'
import { clientId, clientSecret, secret } from '../support/backend.js'

const usual = {
  url: 'https://a.example/auth',
  issuer: 'https://as.example',
  clientId,
  clientSecret,
}

for (const [option, more] of Object.entries({
  url: { url: 'https://a.example/' },
  'url ': { url: 'http://a.example/auth' },
  'url  ': { url: '/auth' },
  secrets: { secrets: 'short' },
  'secrets ': { secrets: [] },
  'secrets  ': { secrets: undefined },
  clientSecret: { clientSecret: '' },
  'clientSecret ': { clientKey: { kty: 'EC' } },
  clientId: { clientId: '' },
  clientAuthentication: { clientAuthentication: 'tls' },
  lifetime: { lifetime: 1 },
  cookie: { cookie: 'a=b' },
  params: { params: { response_mode: 'fragment' } },
  dpop: { dpop: true },
  issuer: { issuer: undefined },
  resources: { resources: ['x'] },
  store: { store: 'redis' },
  'store ': { store: { get() {}, set() {} } },
}))
  test(`the option ${option} is refused: ${JSON.stringify(more)}`, () => {
    const options = { ...usual, secrets: secret, ...more } as Parameters<typeof createBackend>[0]
    expect(() => createBackend(options)).toThrow(new RegExp(`${option.trim()}:`))
  })
