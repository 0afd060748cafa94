// The bindings, and the pages and environments that an app may run in.
/** @type {import('../defences.mjs').Defence[]} */
export const frameworks = [
  {
    name: 'a Vue store writes to no value of useAuth()',
    in: 'install',
    replace: 'bind(auth, () => state.value)',
    with: '{ ...bind(auth, () => state.value), state }',
    page: 'vue',
    tests: ['field/vue-hydration.spec.ts', '-g', 'store that is overwritten'],
  },
  {
    name: 'a Vue component that is hydrated starts with loading',
    in: 'useAuth',
    always: '!getCurrentInstance()?.vnode.el',
    page: 'vue',
    tests: ['field/vue-hydration.spec.ts', '-g', 'a server rendered starts'],
  },
  {
    name: 'only a Vue component that is hydrated starts with loading',
    in: 'useAuth',
    never: '!getCurrentInstance()?.vnode.el',
    page: 'vue',
    tests: ['field/vue-hydration.spec.ts', '-g', 'no server rendered'],
  },
  {
    name: 'a Vue store leaves loading though its first component is gone',
    in: 'useAuth',
    remove: 'onBeforeUnmount(show)',
    page: 'vue',
    tests: ['field/vue-hydration.spec.ts', '-g', 'never mounted'],
  },
  {
    name: 'a server that renders Vue keeps no listener',
    in: 'install',
    never: "typeof window === 'undefined'",
    tests: ['unit/vue-listeners.spec.ts', '-g', 'a server'],
  },
  {
    name: 'a Vue app that is unmounted has no listener',
    in: 'install',
    remove: 'undo()',
    tests: ['unit/vue-listeners.spec.ts', '-g', 'unmounted'],
  },
  {
    name: 'a page without an http address is told to get one',
    in: 'resolveConfig',
    never: "!place.startsWith('http')",
    tests: ['unit/environments.spec.ts', '-g', 'cannot be a redirect'],
  },
  {
    name: 'a sign-in asks for WebCrypto before its chunk',
    in: 'signInBy',
    remove: 'await page.open()',
    page: 'package',
    tests: ['unit/environments.spec.ts', '-g', 'every call'],
  },
  {
    name: 'a call asks for WebCrypto before it makes a request',
    in: 'fetchWith',
    never: '!globalThis.window?.Request',
    page: 'package',
    tests: ['unit/environments.spec.ts', '-g', 'every call'],
  },
]
