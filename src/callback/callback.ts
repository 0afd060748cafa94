import { stateIn } from '../lib/state-param.js'
import { relay } from '../page/optional/relay.js'

// A classic script for the page beside it: where a sign-in by popup or frame comes back, for an app that
// does not want to load itself there.

/** For a user who still sees this page. */
function show(): void {
  for (const text of document.querySelectorAll('p')) text.hidden = false
}

/** Take the answer to the page that waits for it. */
async function bring(): Promise<void> {
  const { href, pathname } = location
  history.replaceState(null, '', pathname)
  // Nothing can be finished here: a page that is slow is waited for.
  if (stateIn(href)) await relay(href, show)
  show()
}

void bring()
