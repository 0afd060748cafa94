// The app around the recipe for Lit.
import { inside } from 'docs/lit.md/Lit.ts'
import { html, LitElement, type TemplateResult } from 'lit'
import { auth } from '../app/auth.js'

class HomePage extends LitElement {
  constructor() {
    super()
    inside(this)
  }

  override render(): TemplateResult {
    const { state } = auth
    if (state.status === 'loading') return html`<p>One moment…</p>`
    if (state.status === 'signed-in') return html`<p>Hello ${state.user.name}</p>`
    return html`<button @click=${() => auth.signIn()}>Sign in</button>`
  }
}

customElements.define('home-page', HomePage)
document.body.append(new HomePage())
