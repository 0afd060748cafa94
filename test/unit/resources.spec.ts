import { expect, test } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import type { Resource } from '../../src/index.js'
import { matchResource } from '../../src/lib/resources.js'

const usual = { issuer: 'https://id.example.com', clientId: 'app', redirectUri: '/' }

/** The entry that `url` belongs to, by its scope or URL; `undefined` if no token goes there. */
function match(entries: (string | Resource)[], url: string): string | undefined {
  const { resources } = resolveConfig({ ...usual, resources: entries }, 'https://app.example/x/')
  const found = matchResource(resources, url)
  return found && (found.scope ?? found.url.href)
}

const api = 'https://api.example.com/v1'

// A URL is fetched as the parser reads it; the token goes along only where that is the API.
const listed: [name: string, url: string][] = [
  ['the very URL', 'https://api.example.com/v1'],
  ['the URL with a slash', 'https://api.example.com/v1/'],
  ['something below', 'https://api.example.com/v1/me/devices'],
  ['a query', 'https://api.example.com/v1?to=https://evil.example'],
  ['a fragment', 'https://api.example.com/v1#top'],
  ['the port that https has', 'https://api.example.com:443/v1/me'],
  ['scheme and host in capitals', 'HTTPS://API.Example.COM/v1/me'],
  ['`..` that stays below', 'https://api.example.com/v1/a/../me'],
  ['`..` that comes in from beside', 'https://api.example.com/v2/../v1/me'],
  ['a double slash below', 'https://api.example.com/v1//me'],
  ['a backslash for a slash', 'https://api.example.com\\v1\\me'],
  ['an evil host behind a backslash', 'https://api.example.com\\v1\\@evil.example/'],
  ['a URL with white space around it', ' https://api.example.com/v1/me\n'],
]

for (const [name, url] of listed)
  test(`${name} is the resource`, () => {
    expect(match([api], url)).toBe(api)
  })

const foreign: [name: string, url: string][] = [
  ['a longer host', 'https://api.example.com.evil.example/v1/me'],
  ['a longer top-level domain', 'https://api.example.community/v1/me'],
  ['a host that ends alike', 'https://evil-api.example.com/v1/me'],
  ['a sub-domain', 'https://me.api.example.com/v1/me'],
  ['the parent domain', 'https://example.com/v1/me'],
  ['the host with a dot behind', 'https://api.example.com./v1/me'],
  ['the API as a user name', 'https://api.example.com@evil.example/v1/me'],
  ['the API as a user name with a path', 'https://api.example.com%2fv1@evil.example/v1/me'],
  ['the API as user and password', 'https://api.example.com:443@evil.example/v1/me'],
  ['an evil host before a backslash', 'https://evil.example\\@api.example.com/v1/me'],
  ['a user name at the API', 'https://evil@api.example.com/v1/me'],
  ['a password at the API', 'https://:evil@api.example.com/v1/me'],
  ['another port', 'https://api.example.com:8443/v1/me'],
  ['port 80', 'https://api.example.com:80/v1/me'],
  ['http', 'http://api.example.com/v1/me'],
  ['http on the port of https', 'http://api.example.com:443/v1/me'],
  ['a WebSocket', 'wss://api.example.com/v1/me'],
  ['a blob of the API', 'blob:https://api.example.com/v1/me'],
  ['a file system of the API', 'filesystem:https://api.example.com/v1/me'],
  ['script', 'javascript:https://api.example.com/v1/me'],
  ['data', 'data:text/plain,https://api.example.com/v1/me'],
  ['the API in the path', 'https://evil.example/https://api.example.com/v1/me'],
  ['the API in the query', 'https://evil.example/?https://api.example.com/v1/me'],
  ['a longer segment', 'https://api.example.com/v10'],
  ['a segment that begins alike', 'https://api.example.com/v1-admin/me'],
  ['a path parameter on the segment', 'https://api.example.com/v1;a=1/me'],
  ['a shorter path', 'https://api.example.com/'],
  ['another path', 'https://api.example.com/admin/v1/me'],
  ['another case of the path', 'https://api.example.com/V1/me'],
  ['`..` that leads out', 'https://api.example.com/v1/../admin'],
  ['an encoded `..` that leads out', 'https://api.example.com/v1/%2e%2e/admin'],
  ['a half-encoded `..` that leads out', 'https://api.example.com/v1/.%2E/admin'],
  ['`..` by backslashes', 'https://api.example.com/v1\\..\\admin'],
  ['`..` that white space hides', 'https://api.example.com/v1/.\t./admin'],
  ['a double slash before', 'https://api.example.com//v1/me'],
  ['an encoded slash in the segment', 'https://api.example.com/v1%2fme'],
  ['an encoded letter of the segment', 'https://api.example.com/%761/me'],
  ['a host with a letter of another alphabet', 'https://аpi.example.com/v1/me'],
  ['a path alone', '/v1/me'],
  ['a host without a scheme', '//api.example.com/v1/me'],
  ['an invalid URL', 'https://'],
  ['an empty string', ''],
]

for (const [name, url] of foreign)
  test(`${name} is not the resource`, () => {
    expect(match([api], url)).toBeUndefined()
  })

test('without resources no URL gets a token', () => {
  expect(match([], api)).toBeUndefined()
})

test('a whole origin is a resource, with and without its slash', () => {
  for (const origin of ['https://api.example.com', 'https://api.example.com/'])
    for (const path of ['', '/', '/v1', '//v1', '/?a'])
      expect(match([origin], `https://api.example.com${path}`)).toBe('https://api.example.com/')
})

test('a slash at the end of an entry changes nothing', () => {
  expect(match([`${api}/`], `${api}/me`)).toBe(`${api}/`)
  expect(match([`${api}/`], api)).toBe(`${api}/`)
  expect(match([`${api}/`], `${api}0`)).toBeUndefined()
})

test('an entry that is a path is on this origin', () => {
  expect(match(['/api'], 'https://app.example/api/me')).toBe('https://app.example/api')
  expect(match(['/api'], 'https://app.example/x/api/me')).toBeUndefined()
  expect(match(['/api'], 'https://api.example.com/api/me')).toBeUndefined()
})

test('an international host matches in both spellings, however warm the parser', () => {
  for (let times = 0; times < 20_000; times++) match([api], `${api}/${times}`)
  for (const entry of ['https://bücher.example', 'https://xn--bcher-kva.example'])
    for (const url of ['https://bücher.example/a', 'https://xn--bcher-kva.example/a'])
      expect(match([entry], url)).toBe('https://xn--bcher-kva.example/')
})

test('an international path matches in both spellings', () => {
  expect(match(['/bücher'], 'https://app.example/b%C3%BCcher/1')).toBeDefined()
})

const nested = [
  { url: 'https://api.example.com/', scope: 'all' },
  { url: 'https://api.example.com/v1/admin/', scope: 'admin' },
  { url: 'https://api.example.com/v1', scope: 'v1' },
]
const winners: [path: string, scope: string][] = [
  ['/v2', 'all'],
  ['/v1', 'v1'],
  ['/v10', 'all'],
  ['/v1/me', 'v1'],
  ['/v1/admin', 'admin'],
  ['/v1/admin/users', 'admin'],
  ['/v1/administrator', 'v1'],
  ['/v1/admin/../me', 'v1'],
  ['/v1/x/../admin/y', 'admin'],
]

for (const [path, scope] of winners)
  test(`of several entries the most specific wins: ${path} is ${scope}`, () => {
    for (const order of [nested, nested.toReversed()])
      expect(match(order, `https://api.example.com${path}`)).toBe(scope)
  })
