import type { ReactNode } from 'react'
import { useLocation } from 'react-router'

/** The component that the recipes for React Router protect. */
export function Home(): ReactNode {
  const { pathname, search, hash } = useLocation()
  return <p data-testid="place">{pathname + search + hash}</p>
}
