import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Refused } from './api/client.ts'
import { makeRouter } from './router.tsx'
import { screens } from './screen.ts'
import { SessionProvider } from './shell/session-provider.tsx'
import { isKept } from './sign-in.ts'
import type { Opened } from './start.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What is refused is refused again; what was not reached may be the next time.
      retry: (count, error) => !(error instanceof Refused && error.status < 500) && count < 2,
      networkMode: 'always',
      staleTime: 1_000,
    },
  },
})

/** Throws when what it needs does not come. */
export async function draw(opened: Promise<Opened>): Promise<void> {
  const router = makeRouter(isKept)
  // Drawn once, with the screen: what it shows lies ready, or comes a moment later.
  const [given] = await Promise.all([opened, router.load()])
  given.signIn.onLost(() => {
    if (router.state.location.pathname !== '/sign-in')
      void router.navigate({ to: '/sign-in', search: { to: router.state.location.href } } as never)
  })
  // Whoever loses the network can still go everywhere.
  setTimeout(() => screens.forEach((screen) => void screen.load().catch(() => undefined)), 3_000)
  const root = createRoot(document.getElementById('root')!)
  // In small pieces: whoever presses something meanwhile is not kept waiting.
  startTransition(() =>
    root.render(
      <StrictMode>
        <CSPProvider disableStyleElements>
          <QueryClientProvider client={queries}>
            <SessionProvider given={given}>
              <RouterProvider router={router} />
            </SessionProvider>
          </QueryClientProvider>
        </CSPProvider>
      </StrictMode>,
    ),
  )
}
