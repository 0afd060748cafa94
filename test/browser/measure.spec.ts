import { expect, test } from '../support/fixture.js'

test('measure() shows the steps as tracks of the Performance panel, until it is undone', async ({
  app,
  api,
}) => {
  await app.open()
  await app.signIn()
  const entries = (): Promise<unknown[]> =>
    app.page.evaluate(() =>
      performance
        .getEntriesByType('measure')
        .filter(({ name }) => /(call|answer)$/.test(name))
        .map(({ name, startTime, duration, detail }: PerformanceEntry & { detail?: unknown }) => ({
          name,
          isNow: startTime >= 0 && duration >= 0,
          detail,
        })),
    )
  await app.page.evaluate(() => {
    Object.assign(window, { undo: window.Pixy.measure(window.auth) })
  })
  await app.fetch(`${api.url}me`)
  const entry = (track: string, color: string): object => ({
    devtools: expect.objectContaining({
      dataType: 'track-entry',
      trackGroup: 'pixy-auth',
      track,
      color,
    }),
  })
  const call = { name: 'pixy-auth: call', isNow: true }
  const good = { ...call, detail: entry('resource server', 'primary') }
  const answer = { ...good, name: 'pixy-auth: answer', detail: entry('client', 'primary') }
  await expect
    .poll(async () => (await entries()).slice(-2))
    .toEqual([expect.objectContaining(good), expect.objectContaining(answer)])
  api.handler = () => Response.error()
  await app.fetch(`${api.url}me`)
  await expect
    .poll(async () => (await entries()).slice(-1))
    .toEqual([{ ...call, detail: entry('resource server', 'error') }])
  const { length } = await entries()
  await app.page.evaluate(() => (window as unknown as { undo: () => void }).undo())
  await app.fetch(`${api.url}me`)
  expect(await entries()).toHaveLength(length)
})
