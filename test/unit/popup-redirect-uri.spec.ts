import { expect } from '@playwright/test'
import type { AuthError } from '../../src/errors.js'
import { app, test, type App } from '../support/guard.js'

type Open = (given: {
  authorize: () => Promise<string>
  config: { popupRedirectUri: string | undefined }
}) => App

/** Sign in, and give it up as soon as the vault is asked: what it was asked for, and how it ended. */
async function leave(
  open: Open,
  via: 'popup' | 'iframe' | 'redirect',
  popupRedirectUri: string | undefined,
): Promise<[asked: App['asked'], outcome: unknown]> {
  const [{ signal, abort }, popup] = [controller(), { location: {}, close: () => {} }]
  const authorize = (): Promise<string> => {
    queueMicrotask(abort)
    return new Promise(() => {})
  }
  const { guard, asked } = open({ authorize, config: { popupRedirectUri } })
  const ended = guard.signIn({ via, signal }, 'signed-out', popup as unknown as Window)
  const outcome = await ended.catch(({ code, message }: AuthError) => ({ code, message }))
  return [asked, outcome]
}

function controller(): { signal: AbortSignal; abort: () => void } {
  const one = new AbortController()
  return { signal: one.signal, abort: () => one.abort() }
}

test.beforeEach(({ globals }) => {
  const element = { remove: () => {}, sandbox: { add: () => {} } }
  globals.give('document', {
    createElement: () => element,
    hasFocus: () => true,
    addEventListener: () => {},
  })
  globals.give('addEventListener', () => {})
})

for (const [given, sent] of [
  ['/callback.html', `${app}/callback.html`],
  [`${app}/a/callback.html?b`, `${app}/a/callback.html?b`],
  // As it is registered: servers compare text.
  [`${app.toUpperCase()}/a/../callback.html`, `${app.toUpperCase()}/a/../callback.html`],
  // Not from the page that the user is on.
  ['callback.html', `${app}/callback.html`],
  [undefined, undefined],
] as const)
  test(`a popup and a frame get popupRedirectUri ${given}`, async ({ open }) => {
    for (const [via, uri] of [
      ['popup', sent],
      ['iframe', sent],
      ['redirect', undefined],
    ] as const) {
      const [asked, outcome] = await leave(open, via, given)
      expect(outcome).toMatchObject({ code: 'aborted' })
      expect(asked[0]?.redirectUri, via).toBe(uri)
    }
  })

for (const given of ['https://evil.example/callback.html', 'data:text/html,', 'https://['])
  test(`popupRedirectUri ${given} is refused`, async ({ open }) => {
    const message = expect.stringContaining('popupRedirectUri') as unknown
    for (const via of ['popup', 'iframe'] as const) {
      expect(await leave(open, via, given)).toEqual([[], { code: 'config', message }])
    }
  })
