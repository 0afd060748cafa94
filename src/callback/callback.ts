import { stateIn } from '../lib/state-param.js'
import { relay } from '../page/optional/relay.js'

// A classic script for `callback.html`, the page to which a sign-in by popup or frame returns if the app
// does not want to load itself there.

/** Show the text, for a user who still sees this page. */
function show(): void {
  for (const text of document.querySelectorAll('p')) text.hidden = false
}

/** Pass the answer to the page that waits for it. */
async function bring(): Promise<void> {
  const { href, pathname } = location
  history.replaceState(null, '', pathname)
  // This page cannot finish a sign-in itself, so it waits even for a slow page.
  if (stateIn(href)) await relay(href, show)
  show()
}

void bring()
