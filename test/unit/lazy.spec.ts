import { expect, test } from '@playwright/test'
import { lazy } from '../../src/lib/lazy.js'

test('a file that fails to load twice needs a new page, unless the device is offline', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  const setOnLine = (onLine: boolean): void =>
    void Object.defineProperty(globalThis, 'navigator', { value: { onLine }, configurable: true })
  const load = lazy('part', () => Promise.reject(new TypeError('failed')))
  const code = async (): Promise<unknown> => load().catch(({ code }: { code: string }) => code)
  try {
    setOnLine(false)
    expect([await code(), await code()]).toEqual(['network', 'network'])
    setOnLine(true)
    expect([await code(), await code()]).toEqual(['network', 'unsupported'])
    setOnLine(false)
    expect(await code()).toBe('network')
  } finally {
    Reflect.deleteProperty(globalThis, 'navigator')
    if (before) Object.defineProperty(globalThis, 'navigator', before)
  }
})
