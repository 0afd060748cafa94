import type { ReactNode } from 'react'
import { useRouterState } from '@tanstack/react-router'

/** The component that the recipe for TanStack Router protects. */
export function Home(): ReactNode {
  const href = useRouterState({ select: ({ location }) => location.href })
  return <p data-testid="place">{href}</p>
}
