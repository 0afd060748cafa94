import type { WireRequest, WireResponse } from '../door.js'

/**
 * The body, so that it can cross the door and, but for a stream, be sent twice. `FormData` gets its
 * boundary from the `Request`; a `Request` given by the app is read, for nobody can tell from
 * outside whether it holds a stream.
 */
async function bodyOf(request: Request, given: RequestInit['body']): Promise<WireRequest['body']> {
  if (given instanceof ReadableStream || given instanceof Blob) return given
  if (given && !(given instanceof FormData)) return new Blob([given as BlobPart])
  const blob = await request.blob()
  return blob.size > 0 ? blob : null
}

/** A request as plain data. */
export async function toWireRequest(
  request: Request,
  given: RequestInit['body'],
): Promise<WireRequest> {
  const {
    url,
    method,
    mode,
    credentials,
    cache,
    redirect,
    referrer,
    referrerPolicy,
    integrity,
    keepalive,
  } = request
  return {
    id: crypto.randomUUID(),
    url,
    method,
    headers: [...request.headers],
    body: await bodyOf(request, given),
    mode,
    credentials,
    cache,
    redirect,
    referrer,
    referrerPolicy,
    integrity,
    keepalive,
  }
}

/** The response that the plain data tells of, with what a constructed one lacks. */
export function fromWireResponse(wire: WireResponse): Response {
  const { status, headers, statusText, url, redirected, type } = wire
  // An opaque redirect has status 0, which no constructor takes; some others take no body.
  const body = /^(0|101|204|205|304)$/.test(String(status)) ? null : wire.body
  const response = new Response(body, { status: status || 200, headers, statusText })
  const clone = (): Response =>
    fromWireResponse({ ...wire, body: Response.prototype.clone.call(response).body })
  for (const [name, value] of Object.entries({
    url,
    redirected,
    type,
    clone,
    status,
    ok: response.ok && status > 0,
  }))
    Object.defineProperty(response, name, { value })
  return response
}
