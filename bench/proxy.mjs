// `node bench/proxy.mjs [calls] [megabytes]`: what a call through a backend costs beside the barest proxy, and
// how much memory a long body takes on its way.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Readable, Writable } from 'node:stream'
import { built } from '../scripts/built.mjs'

/** @import { ChildProcess } from 'node:child_process' */
/** @import { IncomingMessage } from 'node:http' */

const calls = Number(process.argv[2] ?? 2000)
const megabytes = Number(process.argv[3] ?? 1024)
const MEGABYTE = 2 ** 20

await built()
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const [api, upstream] = await started('upstream')
const [backend, origin] = await started('backend', upstream)
const headers = { cookie: await signIn(), 'sec-fetch-site': 'same-origin', 'x-pixy-auth': '1' }
const bearer = { authorization: 'Bearer a-token' }
const SIDES = /** @type {const} */ ([
  ['through the backend', '/auth/api/api/', headers],
  ['through the barest proxy', '/bare/', bearer],
])

await latency()
for (const [name, path, sent] of SIDES) await memory(name, path, sent)
for (const process of [api, backend]) process.kill()
agent.destroy()

/**
 * @param {string} name
 * @param {string[]} more
 * @returns {Promise<[ChildProcess, string]>}
 */
async function started(name, ...more) {
  const child = fork(new URL(`servers/${name}.mjs`, import.meta.url), more)
  const [origin] = await once(child, 'message')
  return [child, origin]
}

/** Follow the redirects of a sign-in. @returns the cookies of the session */
async function signIn() {
  /** @type {Map<string, string>} */
  const cookies = new Map()
  let next = `${origin}/auth/sign-in`
  for (let hop = 0; hop < 10; hop++) {
    const isOwn = next.startsWith(`${origin}/`)
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const answer = await fetch(next, {
      redirect: 'manual',
      ...(isOwn && { headers: { cookie, 'sec-fetch-site': 'same-origin' } }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/Max-Age=0/.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (!location) break
    next = new URL(location, next).href
  }
  return [...cookies].map((pair) => pair.join('=')).join('; ')
}

/**
 * @param {string} path
 * @param {Record<string, string>} sent
 * @param {Readable} [body]
 * @returns {Promise<IncomingMessage>}
 */
async function call(path, sent, body) {
  const asked = request(origin + path, { agent, method: body ? 'POST' : 'GET', headers: sent })
  const answered = /** @type {Promise<[IncomingMessage]>} */ (once(asked, 'response'))
  if (body) await pipeline(body, asked)
  else asked.end()
  const [answer] = await answered
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`)
  return answer
}

/** @param {IncomingMessage} answer */
function read(answer) {
  return pipeline(answer, new Writable({ write: (_piece, _, done) => done() }))
}

async function latency() {
  /** @type {Record<string, number[]>} */
  const times = {}
  for (let count = 0; count < calls * 1.2; count++)
    for (const [name, path, sent] of count % 2 ? SIDES : SIDES.toReversed()) {
      const began = performance.now()
      await read(await call(path, sent))
      // The first ones warm up.
      if (count > calls * 0.2) (times[name] ??= []).push(performance.now() - began)
    }
  const medians = Object.entries(times).map(([name, all]) => {
    const median = all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN
    console.log(`${name}: ${median.toFixed(2)} ms, median of ${all.length} calls`)
    return median
  })
  const [one = NaN, other = NaN] = medians
  const ratio = one > other ? one / other : other / one
  console.log(`ratio: ${ratio.toFixed(2)}`)
}

/** The memory of the app's server now, in megabytes. */
async function used() {
  const answered = once(backend, 'message')
  backend.send('memory')
  const [bytes] = await answered
  return bytes / MEGABYTE
}

/**
 * @param {string} name
 * @param {string} path
 * @param {Record<string, string>} sent
 */
async function memory(name, path, sent) {
  const piece = Buffer.alloc(2 ** 16)
  const up = Readable.from(
    (function* () {
      for (let left = megabytes * 16; left > 0; left--) yield piece
    })(),
  )
  const ways = {
    down: async () => read(await call(`${path}?length=${megabytes * MEGABYTE}`, sent)),
    up: async () => read(await call(path, { ...sent, origin }, up)),
  }
  for (const [way, work] of Object.entries(ways)) {
    const before = await used()
    let most = before
    const looks = setInterval(async () => (most = Math.max(most, await used())), 20)
    await work().finally(() => clearInterval(looks))
    console.log(`${name}, ${megabytes} MB ${way}: ${(most - before).toFixed(0)} MB more memory`)
  }
}
