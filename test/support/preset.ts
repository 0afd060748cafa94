import {
  auth0Backend,
  curityBackend,
  duendeBackend,
  type CurityBackend,
  type OtherBackend,
} from './other-backends.js'
import { test as base } from './with-backend.js'

export { expect } from '@playwright/test'

const makers = { curity: curityBackend, duende: duendeBackend, nextjsAuth0: auth0Backend }

/** A page whose backend is of another make. */
export const test = base.extend<{
  preset: keyof typeof makers
  other: OtherBackend
  curity: CurityBackend
}>({
  preset: ['duende', { option: true }],
  other: async ({ preset }, use) => use(makers[preset]()),
  curity: async ({ other }, use) => use(other as CurityBackend),
  context: async ({ context, world, other, preset }, use) => {
    const { page } = world
    world.page = async (request) => (await other.handle(request)) ?? page(request)
    await context.addInitScript((name) => void (window.preset = name), preset)
    await use(context)
  },
})

/** An API that such a backend calls. */
export const orders = { resources: [{ url: '/orders/', name: 'orders' }] }
