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
  return json({ error, error_description: description }, status)
}

/** A redirect. */
export function redirect(url: URL): Response {
  return new Response(null, { status: 302, headers: { ...noStore, location: url.href } })
}

/** A page for people; `text` must be the server's own words. */
export function page(text: string, status = 200): Response {
  const html = `<!doctype html><html lang="en"><title>${text}</title><p>${text}</p></html>`
  const headers = { ...noStore, 'content-type': 'text/html; charset=utf-8' }
  return new Response(html, { status, headers })
}

/** An answer without a body. */
export function empty(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...noStore, ...headers } })
}
