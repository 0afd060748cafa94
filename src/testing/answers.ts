/**
 * The `error` of a refused request, and its description.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
 */
export interface ErrorResponse {
  error: string
  error_description: string
}

// Nothing may be served from a cache: each request must reach the ledger.
const noStore = { 'cache-control': 'no-store' }

/** A JSON answer. */
export function json(body: unknown, status = 200): Response {
  const headers = { ...noStore, 'content-type': 'application/json' }
  return new Response(JSON.stringify(body), { status, headers })
}

/**
 * An error answer.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
 */
export function refuse(error: string, description: string, status = 400): Response {
  return json(errorResponse(error, description), status)
}

/** What is wrong, to be sent as JSON or as parameters of a redirect. */
export function errorResponse(error: string, description: string): ErrorResponse {
  return { error, error_description: description }
}

/** A redirect. */
export function redirect(url: URL): Response {
  return new Response(null, { status: 302, headers: { ...noStore, location: url.href } })
}

/** A page that a person reads. It is not escaped: `text` must never come from a request. */
export function page(text: string, status = 200, frames: URL[] = []): Response {
  const hidden = frames.map(
    ({ href }) => `<iframe hidden src="${href.replace(/&/g, '&amp;')}"></iframe>`,
  )
  const html = `<!doctype html><html lang="en"><title>${text}</title><p>${text}</p>${hidden.join('')}</html>`
  const headers = { ...noStore, 'content-type': 'text/html; charset=utf-8' }
  return new Response(html, { status, headers })
}

/** An answer without a body. */
export function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...noStore, ...headers } })
}
