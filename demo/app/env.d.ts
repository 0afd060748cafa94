interface ImportMetaEnv {
  /** Where the demo's authorization server and API run this time. */
  readonly VITE_ISSUER: string
  readonly VITE_API: string
}

declare module '*.vue' {
  const component: import('vue').Component
  export default component
}
