import { RouterProvider } from '@tanstack/react-router'
import { router } from 'docs/react.md/TanStack Router.tsx'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthProvider } from '../../src/react.js'

void window.auth.start()
window.router = router
const root = document.querySelector('#root')
const children = createElement(RouterProvider, { router })
if (root) createRoot(root).render(createElement(AuthProvider, { auth: window.auth, children }))
