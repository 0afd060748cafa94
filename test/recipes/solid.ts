// The app around the recipe for Solid, which makes its elements by `h`: nothing here compiles its JSX.
import { inside } from 'docs/solid.md/Solid.ts'
import h from 'solid-js/h'
import { render } from 'solid-js/web'
import type { AuthState } from '../../src/index.js'
import { auth } from '../app/auth.js'

function show(state: AuthState): unknown {
  if (state.status === 'loading') return h('p', {}, 'One moment…')
  if (state.status === 'signed-in') return h('p', {}, `Hello ${state.user.name}`)
  return h('button', { onClick: () => auth.signIn() }, 'Sign in')
}

function Home(): Node {
  const state = inside()
  return h('main', {}, () => show(state()))() as Node
}

render(Home, document.body)
