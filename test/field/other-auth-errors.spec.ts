import { expect, test } from '../support/fixture.js'

test('isAuthError() knows errors of another copy, and none of another library', async ({ app }) => {
  await app.open()
  const known = await app.page.evaluate(async () => {
    class AuthError extends Error {
      override name = 'AuthError'
      status = 400
      code = 'session_not_found'
      errorCode = 'interaction_required'
    }
    const other = document.createElement('iframe')
    other.src = '/'
    const loaded = new Promise((resolve) => (other.onload = resolve))
    document.body.append(other)
    await loaded
    const copy = other.contentWindow as typeof window
    const { isAuthError } = window.Pixy
    return {
      theirs: isAuthError(new AuthError()),
      plain: isAuthError({ name: 'AuthError', code: 'network' }),
      nothing: [undefined, null, 'AuthError', 1].map((it) => isAuthError(it)),
      copy: isAuthError(new copy.Pixy.AuthError('network')),
      ours: isAuthError(new window.Pixy.AuthError('network')),
    }
  })
  const nothing = [false, false, false, false]
  expect(known).toEqual({ theirs: false, plain: false, nothing, copy: true, ours: true })
})

test('an error as JSON has its code and its message', async ({ app }) => {
  await app.open()
  const { error } = await app.attempt(() => window.auth.refresh())
  const { value = '' } = await app.attempt(() =>
    window.auth.refresh().then(String, (caught) => JSON.stringify({ caught })),
  )
  const { code, message } = error ?? {}
  expect(JSON.parse(value)).toEqual({ caught: { code: 'not_signed_in', message } })
  expect(code).toBe('not_signed_in')
})
