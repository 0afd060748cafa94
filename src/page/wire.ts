import type { WireRequest, WireResponse } from '../door.js'

/**
 * A form as the platform writes it. WebKit cannot read a `Request` back that was made from a form
 * with a file in it.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
function multipart(form: FormData, contentType: string): Blob {
  const [, boundary = ''] = contentType.split('boundary=')
  const lines = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n')
  const quoted = (text: string): string =>
    `"${text.replace(/["\r\n]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)}"`
  const parts: BlobPart[] = []
  for (const [name, value] of form) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name=${quoted(lines(name))}`)
    if (typeof value === 'string') parts.push(`\r\n\r\n${lines(value)}\r\n`)
    else {
      const type = value.type || 'application/octet-stream'
      parts.push(`; filename=${quoted(value.name)}\r\nContent-Type: ${type}\r\n\r\n`, value, '\r\n')
    }
  }
  return new Blob([...parts, `--${boundary}--\r\n`])
}

/**
 * The body, so that it can cross the door and, but for a stream, be sent twice. A `Request` given
 * by the app is read, for nobody can tell from outside whether it holds a stream.
 */
async function bodyOf(request: Request, given: RequestInit['body']): Promise<WireRequest['body']> {
  if (given instanceof ReadableStream || given instanceof Blob) return given
  if (given instanceof FormData) return multipart(given, request.headers.get('content-type') ?? '')
  if (given) return new Blob([given as BlobPart])
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
