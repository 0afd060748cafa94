import { serve, type Served } from '../support/node-server.js'
import { expect, test } from './webkit.js'

let served: Served

test.beforeAll(async () => {
  const headers = { 'content-type': 'text/html' }
  served = await serve(async () => new Response('<!doctype html><h1>Hello</h1>', { headers }))
})

test.afterAll(() => served.close())

test.describe('WebKitGTK has what the library needs', () => {
  test('a secure context with WebCrypto', async ({ webkit }) => {
    await webkit.open(served.origin)
    expect(await webkit.text('h1')).toBe('Hello')
    expect(await webkit.evaluate('isSecureContext')).toBe(true)
    const hash = await webkit.evaluate(async (text) => {
      const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
      return bytes.byteLength
    }, 'verifier')
    expect(hash).toBe(32)
  })

  test('IndexedDB that outlives a reload', async ({ webkit }) => {
    await webkit.open(served.origin)
    await webkit.evaluate(put, 'kept')
    await webkit.open(`${served.origin}/again`)
    expect(await webkit.evaluate(get)).toBe('kept')
  })

  test('locks and a channel between two tabs', async ({ webkit }) => {
    await webkit.open(served.origin)
    const first = await webkit.tab()
    await webkit.evaluate(() => {
      new BroadcastChannel('facts').addEventListener('message', ({ data }) => {
        document.title = data
      })
      void navigator.locks.request('refresh', () => new Promise(() => {}))
    })
    await webkit.newTab()
    await webkit.open(served.origin)
    expect(await webkit.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(1)
    await webkit.evaluate(() => {
      const channel = new BroadcastChannel('facts')
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
      channel.postMessage('heard')
    })
    await webkit.switchTo(first)
    await webkit.waitFor(() => document.title === 'heard')
  })
})

// These two run in the page, and use nothing else of this file.
function put(value: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.open('smoke')
    request.onupgradeneeded = () => request.result.createObjectStore('records').put(value, 'key')
    request.onsuccess = () => resolve(request.result.close())
  })
}

function get(): Promise<string> {
  return new Promise((resolve) => {
    const request = indexedDB.open('smoke')
    request.onsuccess = () => {
      const read = request.result.transaction('records').objectStore('records').get('key')
      read.onsuccess = () => resolve(read.result)
    }
  })
}
