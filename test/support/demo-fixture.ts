import { expect, test as base } from '@playwright/test'
import { startDemo, type Demo } from '../../demo/servers.js'
import { createCanaries, type Canaries } from './canaries.js'
import { complaintsOf, Visitor } from './demo.js'

interface Fixtures {
  visitor: Visitor
  /** Another tab of the same browser, open at the demo. */
  secondTab: () => Promise<Visitor>
  complaints: string[]
  /** Fails the test if a secret of the demo's server is where it does not belong. */
  canaries: Canaries
}

/** A visitor of the demo, whose pages may log no error. */
export const test = base.extend<Fixtures, { demo: Demo }>({
  demo: [
    async ({}, use) => {
      const demo = await startDemo()
      await use(demo)
      await demo.close()
    },
    { scope: 'worker' },
  ],
  complaints: [
    async ({ context }, use) => {
      const complaints = complaintsOf(context)
      await use(complaints)
      expect(complaints, 'the console').toEqual([])
    },
    { auto: true },
  ],
  canaries: [
    async ({ context, browserName }, use) => {
      const canaries = createCanaries(browserName)
      await canaries.listen(context)
      await canaries.learn(context)
      await use(canaries)
      await canaries.look(context)
      expect(canaries.found({}, undefined), 'Secrets are where none belong.').toEqual([])
    },
    { auto: true },
  ],
  visitor: async ({ page, demo }, use) => {
    const visitor = new Visitor(page, demo)
    await visitor.open()
    await use(visitor)
  },
  secondTab: async ({ context, demo }, use) => {
    await use(async () => {
      const visitor = new Visitor(await context.newPage(), demo)
      await visitor.open()
      return visitor
    })
  },
})
