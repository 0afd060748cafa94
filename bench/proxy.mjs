// `node bench/proxy.mjs [calls] [megabytes]`: compares a call through a backend with a call through a minimal proxy,
// and measures how much memory a long body takes on its way.
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

/** @typedef {{ name: string, path: string, headers?: Record<string, string> }} Side */

/** @type {Side[]} */
const SIDES = [
  { name: 'through the backend', path: '/auth/api/api/' },
  {
    name: 'through the barest proxy',
    path: '/bare/',
    headers: { authorization: 'Bearer a-token' },
  },
]

await built()
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const [api, upstream] = await started('upstream')
await latency(await startBackend())
// Each measurement has its own process: memory that an earlier one had taken would not count as new.
for (const side of SIDES)
  for (const way of /** @type {const} */ (['down', 'up'])) await memory(side, way)
api.kill()
agent.destroy()

/** @typedef {{ process: ChildProcess, origin: string, headers: Record<string, string> }} Running */

/** @returns {Promise<Running>} */
async function startBackend() {
  const [process, origin] = await started('backend', upstream)
  const cookie = await signIn(origin)
  return {
    process,
    origin,
    headers: { cookie, 'sec-fetch-site': 'same-origin', 'x-pixy-auth': '1' },
  }
}

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

/**
 * Follow the redirects of a sign-in.
 *
 * @param {string} origin
 * @returns the cookies of the session
 */
async function signIn(origin) {
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
 * @param {Running} running
 * @param {Side} side
 * @param {{ query?: string, body?: Readable }} [given]
 * @returns {Promise<IncomingMessage>}
 */
async function call({ origin, headers }, side, { query = '', body } = {}) {
  const asked = request(origin + side.path + query, {
    agent,
    method: body ? 'POST' : 'GET',
    headers: { ...(side.headers ?? headers), ...(body && { origin }) },
  })
  const answered = /** @type {Promise<[IncomingMessage]>} */ (once(asked, 'response'))
  if (body) await pipeline(body, asked)
  else asked.end()
  const [answer] = await answered
  if (answer.statusCode !== 200) throw new Error(`${side.path}: ${answer.statusCode}`)
  return answer
}

/** @param {IncomingMessage} answer */
function read(answer) {
  return pipeline(answer, new Writable({ write: (_piece, _, done) => done() }))
}

/** @param {Running} running */
async function latency(running) {
  /** @type {Record<string, number[]>} */
  const times = {}
  for (let count = 0; count < calls * 1.2; count++)
    for (const side of count % 2 ? SIDES : SIDES.toReversed()) {
      const began = performance.now()
      await read(await call(running, side))
      // The first calls only warm up.
      if (count > calls * 0.2) (times[side.name] ??= []).push(performance.now() - began)
    }
  const [ours = NaN, bare = NaN] = SIDES.map(({ name }) => {
    const all = (times[name] ?? []).toSorted((a, b) => a - b)
    const median = all[all.length >> 1] ?? NaN
    console.log(`${name}: ${median.toFixed(2)} ms, median of ${all.length} calls`)
    return median
  })
  console.log(`ratio: ${(ours / bare).toFixed(2)}`)
  running.process.kill()
}

/**
 * The memory of the app's server now, in megabytes.
 *
 * @param {Running} running
 */
async function used({ process }) {
  const answered = once(process, 'message')
  process.send('memory')
  const [bytes] = await answered
  return bytes / MEGABYTE
}

function* pieces() {
  const piece = Buffer.alloc(2 ** 16)
  for (let left = megabytes * 16; left > 0; left--) yield piece
}

/**
 * @param {Side} side
 * @param {'down' | 'up'} way
 */
async function memory(side, way) {
  const running = await startBackend()
  await read(await call(running, side))
  const before = await used(running)
  let most = before
  const looks = setInterval(async () => (most = Math.max(most, await used(running))), 20)
  const given =
    way === 'up' ? { body: Readable.from(pieces()) } : { query: `?length=${megabytes * MEGABYTE}` }
  await read(await call(running, side, given)).finally(() => clearInterval(looks))
  console.log(`${side.name}, ${megabytes} MB ${way}: ${(most - before).toFixed(0)} MB more memory`)
  running.process.kill()
}
