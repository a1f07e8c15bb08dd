import { Link as RouterLink, useNavigate, useSearch } from '@tanstack/react-router'
import type { ComponentProps, ComponentType } from 'react'

/* The address bar is the state: what is chosen, open, filtered stands in it. Screens are found, so addresses are plain text here. */

export type Search = Readonly<Record<string, string | undefined>>

interface To {
  to: string
  search?: Search
  /** leaves no place to go back to */
  replace?: boolean
  /** what makes it the place where one is; by default its path */
  activeOptions?: { exact?: boolean; includeSearch?: boolean }
}

const Anywhere = RouterLink as unknown as ComponentType<To & Omit<ComponentProps<'a'>, 'href'>>

/** To a screen. */
export const Link = ({ search = {}, ...more }: ComponentProps<typeof Anywhere>) => (
  <Anywhere search={search} {...more} />
)

/** What stands behind the question mark. */
export const useAddress = (): Search => useSearch({ strict: false } as never)

/** Goes there; `replace` leaves no place to go back to. */
export function useGo(): (to: string | undefined, search?: Search, replace?: boolean) => void {
  const navigate = useNavigate()
  return (to, search = {}, replace = false) =>
    void navigate({ ...(to !== undefined ? { to } : { to: '.' }), search, replace } as never)
}
