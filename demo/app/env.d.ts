interface ImportMetaEnv {
  /** The origins of the demo's authorization server and API, which differ in each run. */
  readonly VITE_ISSUER: string
  readonly VITE_API: string
}

declare module '*.vue' {
  const component: import('vue').Component
  export default component
}
