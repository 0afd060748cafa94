// What an app shell may be set up with, and which URLs are answers to it.
import { expect, test } from '@playwright/test'
import type { AuthError } from '../../src/errors.js'
import { resolveNativeConfig } from '../../src/native/config.js'
import { createAuth } from '../../src/native/index.js'
import { createOpen } from '../../src/native/open.js'
import { isAnswer } from '../../src/native/redirect-uri.js'

const usual = {
  issuer: 'https://id.example.com',
  clientId: 'app',
  redirectUri: 'com.example.app:/callback',
  openUrl: () => {},
}

/** The code and message that these options are refused with. */
function refused(given: object): string | undefined {
  try {
    createAuth({ ...usual, ...given } as never)
    return undefined
  } catch (error) {
    const { code, message } = error as AuthError
    return `${code} ${message}`
  }
}

for (const uri of [
  'com.example.app:/callback',
  'com.example.app://callback',
  'com.example.app:callback',
  'org.example-x.app+y:/a?b=c',
  'http://127.0.0.1/callback',
  'http://127.0.0.1:51004/callback',
  'http://[::1]:51004/callback',
  'http://localhost:3000/',
  'https://app.example.com/callback',
  'https://abcdef.chromiumapp.org/',
])
  test(`the redirect URI may be ${uri}`, () => {
    expect(refused({ redirectUri: uri, postLogoutRedirectUri: uri })).toBeUndefined()
  })

for (const uri of [
  'http://app.example/callback',
  'http://localhost.evil.example/callback',
  'javascript:alert(1)',
  'data:text/html,hello',
  'blob:https://app.example/1',
  'file:///callback',
  'about:blank',
  'intent://callback',
  'myapp://callback',
  'com.:/callback',
  'app.example:/callback#a',
  'com.example.app://me:secret@callback',
  '/callback',
  'callback',
  '',
  7,
  undefined,
])
  test(`the redirect URI may not be ${uri}`, () => {
    expect(refused({ redirectUri: uri })).toMatch(/^config .*redirectUri/)
    if (uri)
      expect(refused({ postLogoutRedirectUri: uri })).toMatch(/^config .*postLogoutRedirectUri/)
  })

const wrong: [option: string, value: unknown][] = [
  ['openUrl', undefined],
  ['openUrl', 'https://id.example.com'],
  ['restore', true],
  ['popupRedirectUri', 'https://app.example/callback.html'],
  ['stepUp', 'popup'],
  ['resources', ['/api']],
  ['resources', [{ url: '/api' }]],
  ['clientSecret', 'secret'],
  ['clientId', ''],
]
for (const [option, value] of wrong)
  test(`${option} may not be ${JSON.stringify(value)} in an app shell`, () => {
    expect(refused({ [option]: value })).toMatch(new RegExp(`^config .*${option}`))
  })

test('createAuth() without options rejects with config', () => {
  expect(() => createAuth(undefined as never)).toThrow(expect.objectContaining({ code: 'config' }))
})

test('an app shell may have its page at any URL', () => {
  for (const base of ['file:///app.html', 'capacitor://localhost/a?b#c', 'chrome-extension://a/b'])
    expect(resolveNativeConfig(usual, (() => {}) as never, base)).toMatchObject({
      redirectUri: base.replace('?b#c', ''),
      appUri: usual.redirectUri,
    })
})

const scheme = 'com.example.app:/callback'
const loopback = 'http://127.0.0.1:51004/callback'
const answers: [url: string, redirectUri: string, is: boolean][] = [
  [`${scheme}?code=a&state=px1r`, scheme, true],
  [`${scheme}/?code=a&state=px1r`, scheme, true],
  ['COM.example.app:/callback?code=a', scheme, true],
  [`${scheme}?state=px1oabcdefg`, scheme, false],
  ['com.example.app://callback?code=a', scheme, false],
  ['com.example.app:/callbacks?code=a', scheme, false],
  ['com.example.app.evil:/callback?code=a', scheme, false],
  ['http://127.0.0.1:8080/callback?code=a', loopback, true],
  ['http://127.0.0.2:51004/callback?code=a', loopback, false],
  ['https://127.0.0.1:51004/callback?code=a', loopback, false],
  ['https://app.example:8443/callback?code=a', 'https://app.example/callback', false],
  ['not a URL', scheme, false],
]
for (const [url, redirectUri, is] of answers)
  test(`${redirectUri} ${is ? 'takes' : 'ignores'} ${url}`, () => {
    expect(isAnswer(url, redirectUri)).toBe(is)
  })

test('the system is never asked to open a URL that is not https', async () => {
  const opened: string[] = []
  const open = createOpen((url) => opened.push(url))
  for (const url of [
    'file:///bin/sh',
    'javascript:alert(1)',
    'smb://evil',
    'http://id.example',
    '',
  ])
    await expect(open(url), url).rejects.toMatchObject({ code: 'unsupported' })
  await open('https://id.example/authorize')
  expect(opened).toEqual(['https://id.example/authorize'])
})
