import { expect } from '@playwright/test'
import { app, href, retryUrl, test } from '../support/relay.js'

// What src/page/optional/relay.ts does in a popup with the answer of the server.

test('a popup without an opener brings its answer by the channel alone', async ({ open }) => {
  const { said, posted } = open()
  expect([said, posted]).toEqual([[href], []])
})

for (const hasChannel of [true, false])
  test(`a popup posts its answer to its opener, with a channel: ${hasChannel}`, ({ open }) => {
    const opener = {}
    const { said, posted } = open({ opener, hasChannel })
    expect(said).toEqual(hasChannel ? [href] : [])
    expect(posted).toEqual([[opener, href, { targetOrigin: app }]])
    expect(posted[0]?.[0]).toBe(opener)
  })

test('a page that takes the answer closes the popup', async ({ open }) => {
  const popup = open()
  await popup.hear('taken')
  await popup.pass(250, 250, 250, 250)
  expect([popup.ends, popup.outcome]).toEqual([[], undefined])
  await popup.hear('')
  expect(popup.ends).toEqual(['closed'])
  await popup.pass(5000)
  expect(popup.outcome).toBe(true)
})

test('an opener that takes the answer closes the popup', async ({ open }) => {
  const opener = {}
  const popup = open({ opener, hasChannel: false })
  await popup.happens({ data: 'taken', source: opener, origin: app })
  await popup.pass(250, 250, 250, 250)
  expect(popup.outcome).toBe(undefined)
  await popup.happens({ data: '', source: opener, origin: app })
  expect(popup.ends).toEqual(['closed'])
})

for (const [what, isOpener, origin] of [
  ['a window that is not the opener', false, app],
  ['an opener at another origin', true, 'https://other.example'],
] as const) {
  test(`${what} cannot take the answer`, async ({ open }) => {
    const opener = {}
    const popup = open({ opener })
    await popup.happens({ data: 'taken', source: isOpener ? opener : {}, origin })
    await popup.pass(250, 250, 250, 250)
    expect(popup.outcome).toBe(false)
  })

  test(`${what} cannot send the popup elsewhere`, async ({ open }) => {
    const opener = {}
    const popup = open({ opener })
    await popup.happens({ data: 'taken', source: opener, origin: app })
    await popup.happens({ data: retryUrl, source: isOpener ? opener : {}, origin })
    expect(popup.ends).toEqual([])
    await popup.happens({ data: retryUrl, source: opener, origin: app })
    expect(popup.ends).toEqual([retryUrl])
  })
}

for (const [place, end] of [
  [retryUrl, retryUrl],
  ['http://localhost:3000/again', 'http://localhost:3000/again'],
  ['http://id.example/again', 'closed'],
  ['javascript:alert(1)', 'closed'],
  ['no URL', 'closed'],
  [{ href: retryUrl }, 'closed'],
] as const)
  test(`sent to ${JSON.stringify(place)} the popup ends ${end === 'closed' ? end : 'there'}`, async ({
    open,
  }) => {
    const popup = open()
    await popup.hear('taken')
    await popup.hear(place)
    expect(popup.ends).toEqual([end])
  })

test('the popup closes after 30 seconds without a further message', async ({ open }) => {
  const popup = open()
  await popup.hear('taken')
  await popup.pass(7500, 7500, 7500, 7499)
  expect(popup.ends).toEqual([])
  await popup.pass(1)
  expect(popup.ends).toEqual(['closed'])
})

test('an answer that no page takes within a second stays in the popup', async ({ open }) => {
  const popup = open()
  await popup.pass(250, 250, 250, 249)
  expect(popup.outcome).toBe(undefined)
  await popup.pass(1)
  expect([popup.outcome, popup.ends]).toEqual([false, []])
})

test('a patient popup takes a message after more than a second', async ({ open }) => {
  const popup = open({ isPatient: true })
  await popup.pass(250, 250, 250, 249)
  expect(popup.waits).toBe(0)
  await popup.pass(1)
  await popup.pass(60_000)
  expect([popup.waits, popup.outcome, popup.ends]).toEqual([1, undefined, []])
  await popup.hear('taken')
  await popup.hear(retryUrl)
  expect(popup.ends).toEqual([retryUrl])
})
