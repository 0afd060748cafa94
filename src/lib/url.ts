/** The URL, or `undefined` for text that is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  // Not by `URL.canParse`: Node 20's refuses hosts in other scripts once it has been optimised.
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/**
 * Whether a token may travel there: https, or http that never leaves this machine.
 *
 * @see [RFC 8252 §8.3](https://www.rfc-editor.org/rfc/rfc8252#section-8.3)
 */
export function isSecure({ protocol, hostname = '' }: Partial<URL> = {}): boolean {
  const isLoopback = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}
