import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type AnyRouter,
} from '@tanstack/react-router'
import { home as homePath, screens } from './screen.ts'
import { Shell } from './shell/shell.tsx'
import { Failed } from './shell/failed.tsx'
import { NotFound } from './shell/not-found.tsx'

/** @param mayShow whether somebody is signed in; what is not public sends him to sign in, and back */
export function makeRouter(mayShow: () => boolean): AnyRouter {
  const root = createRootRoute({
    component: Shell,
    notFoundComponent: NotFound,
    errorComponent: Failed,
  })
  const home = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: homePath, replace: true } as never)
    },
  })
  const routes = screens.map((screen) =>
    createRoute({
      getParentRoute: () => root,
      path: screen.path,
      component: lazyRouteComponent(async () => ({ default: await screen.load() })),
      errorComponent: Failed,
      // Whatever stands there: a screen reads what it knows.
      validateSearch: (search: Record<string, unknown>) => search,
      beforeLoad: ({ location }) => {
        if (!screen.isPublic && !mayShow())
          throw redirect({ to: '/sign-in', search: { to: location.href }, replace: true } as never)
      },
    }),
  )
  return createRouter({
    routeTree: root.addChildren([home, ...routes]),
    basepath: '/app',
    // As it stands there: what somebody looks for is text, whatever it looks like.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search: Readonly<Record<string, string | undefined>>) => {
      const given = Object.entries(search).filter((each): each is [string, string] => each[1] !== undefined)
      return given.length ? `?${new URLSearchParams(given).toString()}` : ''
    },
    defaultPreload: 'intent',
    scrollRestoration: true,
  }) as AnyRouter
}
