/** The URL, or `undefined` for text that is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  // Not `URL.canParse`: that of Node 20 refuses hosts in non-Latin scripts once V8 has optimised it.
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/**
 * Whether a token may be sent there: by https, or by http that never leaves this machine.
 *
 * @see [RFC 8252 §8.3](https://www.rfc-editor.org/rfc/rfc8252#section-8.3)
 */
export function isSecure({ protocol, hostname = '' }: Partial<URL> = {}): boolean {
  const isLoopback = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}
