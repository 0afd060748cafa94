/**
 * Connect to a server before the first request to it.
 *
 * @param isFetched whether the request will be a `fetch`: browsers do not share its connection with a
 *   navigation
 */
export function preconnect(href: string, isFetched = false): void {
  const link = Object.assign(document.createElement('link'), { rel: 'preconnect', href })
  if (isFetched) link.crossOrigin = ''
  document.head.append(link)
  // The browser is connecting now. Leave the page's own `<head>` as it was.
  link.remove()
}
