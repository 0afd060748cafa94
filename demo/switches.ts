import type { RequestListener, ServerResponse } from 'node:http'

/** What the demo's page makes its servers do, and what they report to it. */
export interface Switches {
  /** `short`: new access tokens live for 12 seconds. `down`: no fetch is answered. `lose`: the next refresh is done, but its answer is lost. */
  readonly on: Set<string>
  /** The `jti` of each access token. */
  readonly issued: Set<string>
  /** The `jti` of access tokens that the API treats as expired. */
  readonly expired: Set<string>
  /** How often a refresh token brought new tokens. */
  refreshes: number
}

/** Seconds that an access token lives while `short` is on. */
export const shortLife = 12

const names = new Set(['short', 'down', 'lose'])

export const createSwitches = (): Switches => ({
  on: new Set(),
  issued: new Set(),
  expired: new Set(),
  refreshes: 0,
})

/** Cut the connection of every fetch while `down` is on. Pages are still served. */
export function breakable({ on }: Switches, listener: RequestListener): RequestListener {
  return (request, response) => {
    const mode = request.headers['sec-fetch-mode']
    if (on.has('down') && mode && mode !== 'navigate') return request.socket.destroy()
    return listener(request, response)
  }
}

interface Wish {
  readonly method?: string | undefined
  readonly path: string
  /** Whether the request comes from a page of the demo. */
  readonly isOwn: boolean
}

/** The values that a page may read. */
const told = ({ on, refreshes }: Switches, path: string): unknown =>
  path === '/switches' ? [...on] : path === '/refreshes' ? refreshes : undefined

/** The change that a page of the demo may make with this request. */
function deedOf(switches: Switches, method = '', path: string): (() => unknown) | undefined {
  const { on, issued, expired } = switches
  const [, name = ''] = /^\/switches\/([a-z]+)$/.exec(path) ?? []
  if (path === '/expired' && method === 'PUT') return () => issued.forEach((id) => expired.add(id))
  if (!names.has(name)) return undefined
  if (method === 'PUT') return () => on.add(name)
  return method === 'DELETE' ? () => on.delete(name) : undefined
}

/** Answer `GET /switches` and `/refreshes`, `PUT` and `DELETE /switches/short`, and `PUT /expired`. */
export function answerSwitch(
  switches: Switches,
  { method, path, isOwn }: Wish,
  response: ServerResponse,
): boolean {
  if (!/^\/(switches|expired|refreshes)(\/|$)/.test(path)) return false
  const value = method === 'GET' ? told(switches, path) : undefined
  const deed = isOwn ? deedOf(switches, method, path) : undefined
  if (value !== undefined)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value))
  else {
    deed?.()
    response.writeHead(deed ? 204 : isOwn ? 404 : 403).end()
  }
  return true
}
