import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { appWithin, inNode, root, test } from '../support/installed-package.js'

test('the provider and the hook report a second copy of React', async ({ installed }, info) => {
  const app = await appWithin(info.outputPath('app'), installed)
  // The app's own copy; react-dom, from further up, has another.
  await cp(join(root, 'node_modules/react'), join(app, 'node_modules/react'), { recursive: true })
  const said = await inNode(
    app,
    `import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    import { AuthProvider, useAuth } from 'pixy-auth/react'
    import { mockAuth } from 'pixy-auth/testing'
    console.error = () => {}
    const Home = () => useAuth().status
    const attempt = (...element) => {
      try { return renderToString(createElement(...element)) } catch ({ message }) { return message }
    }
    console.log(JSON.stringify([attempt(AuthProvider, { auth: mockAuth() }), attempt(Home)]))`,
  )
  const remedy = expect.stringMatching(/^Two copies of React.+`npm ls react`/)
  expect(said).toEqual([remedy, remedy])
})
