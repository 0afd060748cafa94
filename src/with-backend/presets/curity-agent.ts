/** What its agent and its proxy want of scripts: no other site can send it without being asked. */
export const version = { 'token-handler-version': '1' }

/** Ask the OAuth agent for JSON. A redirect is an answer that no script sees. */
export const askAgent = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, {
    ...init,
    headers: { accept: 'application/json', ...version },
    cache: 'no-store',
    redirect: 'manual',
  })
