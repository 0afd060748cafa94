import { html, Html } from './html.js'
import { page } from './page.js'

interface Asked {
  readonly uid: string
  readonly clientName: string
}

const inWords: Record<string, string> = {
  openid: 'know who you are',
  profile: 'see your name',
  email: 'see your e-mail address',
  offline_access: 'keep you signed in',
}

/** The page where the user signs in or creates an account. */
export function login({ uid, clientName }: Asked, name: string, create: boolean): Html {
  const title = create ? 'Create your account' : 'Sign in'
  return page(
    title,
    html`<h1>${title}</h1>
      <p class="lead">to continue to <b>${clientName}</b></p>
      <form method="post" action="/interaction/${uid}">
        <label for="name">Name</label>
        <input
          id="name"
          name="name"
          value="${name}"
          required
          maxlength="80"
          autocomplete="username"
          autocapitalize="words"
          spellcheck="false"
          aria-describedby="name-hint"
          autofocus
        />
        <p class="hint" id="name-hint">Any name will do.</p>
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="off"
          aria-describedby="password-hint"
        />
        <p class="hint" id="password-hint">Not checked: this is a demo. Leave it empty.</p>
        <div class="actions">
          <button>${create ? 'Create account' : 'Sign in'}</button>${cancel(uid)}
        </div>
      </form>`,
  )
}

/** The page where a user who is signed in enters a second factor. */
export function confirm({ uid, clientName }: Asked, userName: string): Html {
  return page(
    'Confirm that it is you',
    html`<h1>Confirm that it is you</h1>
      <p class="lead"><b>${userName}</b>, ${clientName} wants to do something that needs more.</p>
      <form method="post" action="/interaction/${uid}">
        <label for="code">Code</label>
        <input
          id="code"
          name="code"
          value="123456"
          required
          inputmode="numeric"
          autocomplete="one-time-code"
          aria-describedby="code-hint"
          autofocus
        />
        <p class="hint" id="code-hint">From your second device. Here any code will do.</p>
        <div class="actions"><button>Confirm</button>${cancel(uid)}</div>
      </form>`,
  )
}

/** The page where the user allows what the app asks for. */
export function consent(asked: Asked, userName: string, scopes: readonly string[]): Html {
  const { uid, clientName } = asked
  return page(
    'Allow access',
    html`<h1>Allow ${clientName}?</h1>
      <p class="lead">You are signed in as <b>${userName}</b>. The app wants to</p>
      <ul>
        ${scopes.map((scope) => html`<li>${inWords[scope] ?? scope} <code>${scope}</code></li>`)}
      </ul>
      <form method="post" action="/interaction/${uid}">
        <div class="actions"><button>Allow</button>${cancel(uid)}</div>
      </form>`,
  )
}

/** The page that asks whether to sign out here, too. oidc-provider makes the `form`. */
export function logout(form: string): Html {
  return page(
    'Sign out',
    html`<h1>Sign out here, too?</h1>
      <p class="lead">
        The app has signed you out. You are still signed in at Pixy Demo ID: if you stay, the next
        sign-in does not ask for your name.
      </p>
      ${new Html(form)}
      <div class="actions">
        <button form="op.logoutForm" name="logout" value="yes">Yes, sign out</button>
        <button form="op.logoutForm" class="quiet">Stay signed in</button>
      </div>`,
  )
}

/** The page after a sign-out, if the app gave no URL to go back to. */
export function signedOut(): Html {
  return page(
    'Signed out',
    html`<h1>You are signed out</h1>
      <p class="lead">You can close this page.</p>`,
  )
}

/** The page for a user who comes back to a step after answering it. */
export function done(app: string): Html {
  return page(
    'Done',
    html`<h1>You have answered this</h1>
      <p class="lead">Nothing is left to do here.</p>
      <p><a class="button" href="${app}">Back to the app</a></p>`,
  )
}

/** The page that says what went wrong, with a link back to the app. */
export function failed(appOrigins: readonly string[], description: string): Html {
  const [app] = appOrigins
  return page(
    'That did not work',
    html`<h1>That did not work</h1>
      <p class="lead">${description}</p>
      ${app && html`<p><a class="button" href="${app}/">Back to the app</a></p>`}`,
  )
}

function cancel(uid: string): Html {
  return html`<a class="button quiet" href="/interaction/${uid}/cancel">Cancel</a>`
}
