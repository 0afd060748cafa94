import { expect, test } from '@playwright/test'
import { createRenderer, createSSRApp, h, type RendererOptions } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { mockAuth, type MockAuth } from '../../src/testing/index.js'
import { createAuthPlugin, useAuth } from '../../src/vue.js'

/** A client that knows how many listeners it has. */
function counted(): { auth: MockAuth; listeners(): number } {
  const auth = mockAuth()
  const { subscribe } = auth
  let listeners = 0
  auth.subscribe = (listener) => {
    const undo = subscribe(listener)
    listeners++
    return () => {
      listeners--
      undo()
    }
  }
  return { auth, listeners: () => listeners }
}

const Who = {
  setup() {
    const { user } = useAuth()
    return () => h('p', user.value?.name)
  },
}

test('a server that renders pages keeps no listener of theirs', async () => {
  const { auth, listeners } = counted()
  for (let page = 0; page < 100; page++) {
    const app = createSSRApp(Who).use(createAuthPlugin(auth))
    expect(await renderToString(app)).toBe('<p>Ada Lovelace</p>')
  }
  expect(listeners()).toBe(0)
})

/** A renderer that needs no document. */
const nowhere = createRenderer(
  new Proxy({}, { get: () => () => ({}) }) as RendererOptions<object, object>,
)

test('an app that was unmounted has no listener', () => {
  const { auth, listeners } = counted()
  Object.assign(globalThis, { window: globalThis })
  try {
    const app = nowhere.createApp(Who).use(createAuthPlugin(auth))
    app.mount({})
    expect(listeners()).toBe(1)
    app.unmount()
    expect(listeners()).toBe(0)
  } finally {
    Reflect.deleteProperty(globalThis, 'window')
  }
})
