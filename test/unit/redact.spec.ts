import { expect, test } from '@playwright/test'
import { challengeIn } from '../../src/vault/optional/challenge-word.js'
import { placeOf, redact } from '../../src/lib/optional/redact.js'

const token = 'ya29.a0AfB_byC1234567890abcdefghijklmnop'
const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'

test('a URL is shortened to origin and path, without what may be a secret', () => {
  const places: [string, string][] = [
    ['https://api.example/me?token=1#x', 'https://api.example/me'],
    ['https://ada:pw@api.example/', 'https://api.example/'],
    [`https://api.example/reset/${token}`, 'https://api.example/reset/…'],
    [`https://api.example/${jwt}/a`, 'https://api.example/…/a'],
    ['https://api.example/users/ada%40example.com', 'https://api.example/users/…'],
    ['https://api.example/calls/+4930123456', 'https://api.example/calls/+…'],
    ['https://api.example/v2/user-7', 'https://api.example/v2/user-7'],
    [
      'https://id.example/.well-known/oauth-authorization-server/realms/a',
      'https://id.example/.well-known/oauth-authorization-server/realms/a',
    ],
    ['no URL', ''],
  ]
  for (const [url, place] of places) expect(placeOf(url), url).toBe(place)
  expect(placeOf(`https://api.example/${'a/'.repeat(300)}`)).toHaveLength(200)
})

test('a sentence keeps its words and URLs, and loses what may be a secret', () => {
  const sentences: [string, string][] = [
    [`It said "${token}".`, 'It said "…".'],
    [`It said "a: ${jwt}".`, 'It said "a: …".'],
    ['Write to ada@example.com.', 'Write to …'],
    [
      'Its `userinfo_endpoint` is missing; see `Access-Control-Expose-Headers`.',
      'Its `userinfo_endpoint` is missing; see `Access-Control-Expose-Headers`.',
    ],
    [
      `The answer came to "https://app.example/a?code=${token}", but "https://app.example/A" is registered.`,
      'The answer came to "https://app.example/a", but "https://app.example/A" is registered.',
    ],
    [
      'Allow the origin http://localhost:5173 at the server, or https://a.example/ with its slash.',
      'Allow the origin http://localhost:5173 at the server, or https://a.example/ with its slash.',
    ],
    ['It is 86400 s ahead.', 'It is 86400 s ahead.'],
  ]
  for (const [sentence, told] of sentences) expect(redact(sentence)).toBe(told)
  expect(redact('word '.repeat(300))).toHaveLength(500)
})

test('a challenge is reduced to the error codes that are known', () => {
  const headers: [string | null, string][] = [
    ['Bearer error="invalid_token"', 'invalid_token'],
    ['DPoP algs="ES256", error=use_dpop_nonce', 'use_dpop_nonce'],
    [`Bearer error="${token}"`, 'other'],
    ['Bearer', 'none'],
    [null, 'none'],
  ]
  for (const [header, word] of headers) expect(challengeIn(header)).toBe(word)
})
