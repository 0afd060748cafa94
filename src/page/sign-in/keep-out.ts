import type { PageConfig } from '../../config.js'

/**
 * Keep the code out of the address bar and out of the history from now on. A router that was made before
 * `start()` has read the callback URL, and may write it back: into the address, or into the state of a history
 * entry.
 *
 * @param state of the callback: a text that contains it may contain the code
 * @param goHome called once after a router wrote the callback back, since it missed the move to `returnTo`
 */
export function keepOut(
  state: string,
  { redirectUri }: Pick<PageConfig, 'redirectUri'>,
  goHome: () => void,
): void {
  const { search } = new URL(redirectUri)
  const answer = new RegExp(`\\?[^#]*${state}[^#]*|#.*${state}.*`)
  const clean = (text: string): string => {
    const left = text.replace(answer, ([first]) => (first === '?' ? search : ''))
    return left.includes(state) ? '' : left
  }
  let isHome = false
  const cleanUrl = (url: string): string => {
    if (!url.includes(state)) return url
    if (!isHome) setTimeout(goHome)
    isHome = true
    return clean(url)
  }
  const cleanData = (data: unknown): unknown => {
    const text = textOf(data)
    if (!text.includes(state)) return data
    return JSON.parse(text, (name, value: unknown) => {
      if (typeof value !== 'string') return value
      return name === 'code' ? '' : clean(value)
    })
  }
  for (const name of ['pushState', 'replaceState'] as const) {
    const write = history[name]
    history[name] = function (data: unknown, unused, url) {
      write.call(this, cleanData(data), unused, url && cleanUrl(`${url}`))
    }
  }
  const tidy = (): void => {
    if ((textOf(history.state) + location.href).includes(state))
      history.replaceState(history.state, '', location.href)
  }
  tidy()
  // The user went back to an older entry: it must be clean before the router reads it.
  addEventListener('popstate', tidy, { capture: true })
  // A router may have kept the original `pushState` and `replaceState`, and write by these.
  const { navigation } = globalThis as { navigation?: EventTarget }
  navigation?.addEventListener('currententrychange', tidy)
}

/** As JSON; empty for what no JSON can carry, such as a BigInt or a cycle. */
export function textOf(data: unknown): string {
  try {
    return JSON.stringify(data) ?? ''
  } catch {
    return ''
  }
}
