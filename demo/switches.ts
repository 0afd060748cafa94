import type { RequestListener, ServerResponse } from 'node:http'

/** What the page of the demo makes its servers do. */
export interface Switches {
  /** `short`: new access tokens live for 12 seconds. `down`: no fetch is answered. `lose`: the next refresh is done, and its answer lost. */
  readonly on: Set<string>
  /** The `jti` of access tokens that the API takes for expired. */
  readonly expired: Set<string>
}

/** Seconds that an access token lives while `short` is on. */
export const shortLife = 12

const names = new Set(['short', 'down', 'lose'])

export const createSwitches = (): Switches => ({ on: new Set(), expired: new Set() })

/** Hang up on every fetch while `down` is on. Pages are still shown. */
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
  /** Whether a page of the demo asks. */
  readonly isOwn: boolean
}

/** Answer `GET /switches`, `PUT` and `DELETE /switches/short`, and `PUT /expired/<jti>`. */
export function answerSwitch(
  { on, expired }: Switches,
  { method, path, isOwn }: Wish,
  response: ServerResponse,
): boolean {
  const [, place, name = ''] = /^\/(switches|expired)(?:\/([\w-]{1,64}))?$/.exec(path) ?? []
  if (!place) return false
  const isKnown = place === 'expired' ? name : names.has(name)
  if (place === 'switches' && !name && method === 'GET')
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify([...on]))
  else if (!isOwn || !isKnown) response.writeHead(isOwn ? 404 : 403).end()
  else if (method === 'PUT') {
    ;(place === 'expired' ? expired : on).add(name)
    response.writeHead(204).end()
  } else if (method === 'DELETE' && place === 'switches') {
    on.delete(name)
    response.writeHead(204).end()
  } else response.writeHead(405).end()
  return true
}
