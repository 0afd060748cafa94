import { expect, test } from '@playwright/test'
import { createAuth, isAuthError, type BackendAuthOptions } from '../../src/with-backend/index.js'
import { resolveBackendOptions } from '../../src/with-backend/config.js'

/** What `createAuth` says of these options. */
function refusal(options: object, base?: string): string | undefined {
  try {
    const given = options as BackendAuthOptions
    if (base) resolveBackendOptions(given, base)
    else createAuth(given)
  } catch (error) {
    return isAuthError(error) ? `${error.code}: ${error.hint}` : String(error)
  }
  return undefined
}

const backend = '/auth'

for (const name of ['issuer', 'clientId', 'redirectUri', 'scope', 'store', 'params', 'navigate'])
  test(`${name} is refused, as it belongs to the server`, () => {
    expect(refusal({ backend, [name]: 'x' })).toMatch(
      new RegExp(`^config: ${name}: .*give it to .createBackend`),
    )
  })

test('options that neither a page nor a server has are refused', () => {
  expect(refusal({ backend, dpop: true })).toContain('config: dpop: ')
  expect(refusal({ backend, clientSecret: 'x' })).toContain('config: clientSecret: ')
})

test('`stepUp` may be only "reject", "redirect" or "popup"', () => {
  expect(refusal({ backend, stepUp: 'iframe' })).toMatch(/^config: stepUp: give "reject"/)
  for (const stepUp of ['reject', 'redirect', 'popup'])
    expect(refusal({ backend, stepUp })).toBeUndefined()
})

for (const [why, given] of Object.entries({
  'no place': {},
  'the root': { backend: '/' },
  'a relative path': { backend: 'auth' },
  'a query': { backend: '/auth?x' },
  'no text': { backend: 7 },
  'plain http elsewhere': { backend: 'http://app.example/auth' },
}))
  test(`a backend that is ${why} is refused`, () => {
    expect(refusal(given)).toMatch(/^config: backend: /)
  })

test('the backend must have the origin of the page', () => {
  const at = 'https://app.example/deep'
  expect(refusal({ backend: 'https://other.example/auth' }, at)).toMatch(/^config: backend: /)
  expect(refusal({ backend: 'https://app.example/auth/' }, at)).toBeUndefined()
  expect(resolveBackendOptions({ backend: '/auth//' }, at).backend.href).toBe(
    'https://app.example/auth',
  )
})

for (const [why, entry] of Object.entries({
  'a path as its name': { name: '../x' },
  'a scope of its own': { name: 'orders', scope: 'orders' },
  'an anonymous call': { name: 'orders', anonymous: true },
  redirects: { name: 'orders', redirect: 'follow' },
}))
  test(`a resource that the backend calls cannot have ${why}`, () => {
    const resources = [{ url: 'https://api.example/orders', ...entry }]
    expect(refusal({ backend, resources })).toMatch(/^config: resources: /)
  })

test('right options read no global on a server', async () => {
  const auth = createAuth({ backend, resources: ['https://api.example/'], timeout: 5 })
  expect(await auth.start()).toEqual({ status: 'loading' })
  expect(refusal({ backend, timeout: 0 })).toMatch(/^config: timeout: /)
  expect(refusal({ backend, stepUp: 'x' })).toMatch(/^config: stepUp: /)
})
