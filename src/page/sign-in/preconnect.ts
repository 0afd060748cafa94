/**
 * Connect to a server before anything is asked of it.
 *
 * @param isFetched whether the page itself will ask, as browsers keep these connections apart
 */
export function preconnect(href: string, isFetched = false): void {
  const link = Object.assign(document.createElement('link'), { rel: 'preconnect', href })
  if (isFetched) link.crossOrigin = ''
  document.head.append(link)
  // It has begun, and the page's own head stays as it was.
  link.remove()
}
