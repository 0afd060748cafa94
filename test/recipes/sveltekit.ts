// The router of SvelteKit 2, as far as a sign-in meets it: it follows `goto` and its own entries of the
// history, takes no part in what others write there, and a `goto` before the first page is there mounts
// a second app. See packages/kit/src/runtime/client/client.js.
import { createRawSnippet, mount, type Component, type Snippet } from 'svelte'

type Layout = Component<{ children: Snippet }>

let layout: Layout | undefined
let root: Element | undefined
let index = 0

const text = (): string => location.pathname + location.search + location.hash

/** Mount the layout around a page that shows the address. */
function initialize(mounted: Layout): void {
  const render = (): string => `<p data-testid="place">${text()}</p>`
  const children = createRawSnippet(() => ({ render }))
  mount(mounted, { target: document.body, props: { children } })
  root = document.body.lastElementChild ?? undefined
}

function show(): void {
  const place = root?.parentElement?.querySelector('[data-testid=place]')
  if (place) place.textContent = text()
}

/** Start the app. @param hydrated settles when the code of the first page is there */
export async function start(app: Layout, hydrated: Promise<void>): Promise<void> {
  layout = app
  index = Date.now()
  history.replaceState({ ...history.state, 'sveltekit:history': index }, '')
  await hydrated
  initialize(app)
  addEventListener('popstate', ({ state }) => {
    const next = (state as Record<string, number> | null)?.['sveltekit:history']
    if (!next || next === index) return
    index = next
    show()
  })
}

export async function goto(href: string, options: { replaceState?: boolean } = {}): Promise<void> {
  if (!layout) throw new TypeError('The app has not started.')
  const state = { 'sveltekit:history': options.replaceState ? index : ++index }
  if (options.replaceState) history.replaceState(state, '', href)
  else history.pushState(state, '', href)
  if (root) show()
  else initialize(layout)
}
