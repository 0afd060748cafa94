import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test as base } from '../support/fixture.js'
import { compare } from '../support/resource-server.js'

/** An API below every path of which is the status and the reason phrase that it answers with. */
const test = base.extend<{ odd: string }>({
  odd: async ({}, use) => {
    const server = createServer(({ url = '', method }, answer) => {
      const [, status, reason = ''] = method === 'OPTIONS' ? ['', '204'] : url.split('/')
      answer.writeHead(Number(status), decodeURIComponent(reason) || ' ', {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': '*, authorization',
      })
      answer.end(status === '204' ? undefined : 'said')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    server.close()
    server.closeAllConnections()
  },
  options: async ({ odd }, use) => use({ resources: [odd] }),
})

const answers = [
  '600/Odd',
  '700/',
  '999/Request%20denied',
  '299/Nearly%20fine',
  '499/Client%20closed',
  '404/Pas%20trouv%C3%A9',
  `418/${'long '.repeat(100)}`,
  '200/%22%3Cb%3E%22%20%09%20%7B%7D',
  '401/Who%20%3F',
]

test("unusual statuses and reason phrases arrive as with the platform's fetch", async ({
  app,
  odd,
}) => {
  await app.open()
  await app.signIn()
  for (const path of answers) {
    const { platform, ours } = await compare(app, (fetch, url: string) => fetch(url), odd + path)
    expect(platform.value, path).toMatchObject({ status: Number(path.slice(0, 3)) })
    expect(ours, path).toEqual(platform)
  }
})
