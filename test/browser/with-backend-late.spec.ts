import { expect, test } from '../support/with-backend.js'

declare global {
  interface Window {
    /** Another tab has told this one something. */
    told: Promise<unknown>
  }
}

// Answers of the backend that come to a page which shows another user by now.

for (const method of ['refresh', 'userInfo'] as const)
  test(`T52: an answer of ${method}() for one user is not shown to the next one`, async ({
    app,
    secondTab,
    world,
  }) => {
    await app.open('/')
    await app.signIn()
    const second = await secondTab()
    let answer = (): void => {}
    const held = new Promise<void>((resolve) => (answer = resolve))
    let isHeld = false
    const { backend } = world
    world.backend = {
      ...backend,
      async handle(request) {
        const answered = await backend.handle(request)
        if (request.method === 'POST') {
          isHeld = true
          await held
        }
        return answered
      },
    }
    const call = app.attempt(async (name) => void (await window.auth[name]()), method)
    await expect.poll(() => isHeld).toBe(true)
    world.server.consent = { subject: 'user-2' }
    await second.signIn({ prompt: 'login' })
    await expect.poll(() => app.state()).toMatchObject({ user: { sub: 'user-2' } })
    answer()
    expect((await call).error?.code).toBe('account_changed')
    expect(await app.state()).toMatchObject({ status: 'signed-in', user: { sub: 'user-2' } })
    await app.page.reload()
    expect(await app.started()).toMatchObject({ user: { sub: 'user-2' } })
  })

test('a tab that hears of a sign-in ignores an earlier answer', async ({ app, secondTab }) => {
  await app.open('/')
  const other = await secondTab()
  let answer = (): void => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  let asked = 0
  await app.page.route('**/auth/session', async (route) => {
    if (asked > 0) return route.continue()
    const response = await route.fetch()
    asked++
    await held
    return route.fulfill({ response })
  })
  // A tab that is online again asks for its session.
  await app.page.evaluate(() => {
    const channel = new BroadcastChannel(`pixy-auth:${location.origin}/auth`)
    window.told = new Promise((resolve) => (channel.onmessage = resolve))
    dispatchEvent(new Event('online'))
  })
  await expect.poll(() => asked).toBe(1)
  await other.signIn()
  await app.page.evaluate(() => window.told)
  answer()
  await app.becomes('signed-in')
})
