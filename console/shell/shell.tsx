import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useContext, useEffect, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { screenAt, screens, type Screen } from '../screen.ts'
import { SessionContext, useShown, useWords, type Session } from '../session.tsx'
import { isKept } from '../sign-in.ts'
import { workQuery } from '../api/work.ts'
import { useCommands } from '../commands.ts'
import { useKeys } from '../keys.ts'
import { words as findWords } from '../part/find/words.ts'
import { Avatar } from '../ui/person.tsx'
import { Icon } from '../ui/icon.tsx'
import { Link, useGo } from '../ui/link.tsx'
import { Waiting } from '../ui/empty.tsx'
import { shellCommands } from './commands.ts'
import { Strip } from './strip.tsx'

// Loaded when it is first opened: it is half as large as all the rest.
const loadPalette = () => import('../part/palette/palette.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const KeyHelp = lazy(async () => ({ default: (await import('../part/palette/help.tsx')).KeyHelp }))

/** What stands around every screen: where one can go, who one is, what waits to be sent. */
export function Shell() {
  const session = useContext(SessionContext)
  const { words, language } = useShown()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const shown = screenAt(path)?.screen
  useEffect(() => {
    document.title = shown ? `${shown.title[language]} · Holdfast` : 'Holdfast'
  }, [shown, language])
  if (shown?.isPublic) return <Outlet />
  if (!session) return isKept() ? <Waiting label={words.say.loading} /> : <Outlet />
  return <Frame session={session} path={path} />
}

function Frame({ session, path }: { session: Session; path: string }) {
  const { me, words, language, config, outbox } = session
  const { say } = words
  const go = useGo()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [path])
  const shown = screens
    .filter(({ nav }) => nav && (nav.isFor?.(me) ?? true))
    .toSorted((a, b) => a.nav!.order - b.nav!.order)
  const due = useQuery(workQuery(session.api)).data
  const overdue = due?.count?.overdue ?? 0
  const [above, setAbove] = useState<'palette' | 'help'>()
  // Whoever presses the keys types on at once.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 1_000)
    return () => clearTimeout(timer)
  }, [])
  const find = useWords(findWords)
  const keyed = shown.filter(({ nav }) => nav?.key)
  useKeys(
    {
      ...Object.fromEntries(keyed.map(({ nav, path: to }) => [`KeyG ${nav!.key}`, () => go(to)])),
      'Control+KeyK': () => setAbove('palette'),
      Slash: () => setAbove('palette'),
      'Shift+Slash': () => setAbove('help'),
    },
    'shell',
    {
      'Control+KeyK': say.search,
      Slash: say.search,
      ...Object.fromEntries(keyed.map(({ nav, title }) => [`KeyG ${nav!.key}`, find.go(title[language])])),
      'Shift+Slash': say.keys,
    },
  )
  useCommands(() => shellCommands(session, { shown, go, find, help: () => setAbove('help') }))
  const badge = (screen: Screen) =>
    screen.path === '/work' && overdue > 0 && <b className="badge late">{overdue}</b>
  const isHere = (to: string) => path === to || path.startsWith(`${to}/`)
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {say.skip}
      </a>
      <nav className="nav" aria-label={say.menu}>
        <Link className="brand" to="/">
          <Brand /> {config.company}
        </Link>
        <button type="button" className="search-box" onClick={() => setAbove('palette')}>
          <Icon name="search" size={16} />
          <span>{say.search}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <ul>
          {shown
            .filter(({ nav }) => !nav!.isPhoneOnly)
            .map((screen) => (
              <li key={screen.path}>
                <Link to={screen.path} aria-current={isHere(screen.path) ? 'page' : undefined}>
                  <Icon name={screen.nav!.icon} />
                  <span>{screen.title[language]}</span>
                  {badge(screen)}
                </Link>
              </li>
            ))}
        </ul>
        <Link className="me" to="/settings" title={say.signedInAs(me.person.name)}>
          <Avatar name={me.person.name} />
          <span>{me.person.name}</span>
        </Link>
      </nav>
      <main className="sheet" id="content" tabIndex={-1}>
        <Strip outbox={outbox} />
        <Outlet />
      </main>
      <nav className="tabs" aria-label={say.menu}>
        {shown
          .filter(({ nav }) => nav!.isTab)
          .map((screen) => (
            <Link key={screen.path} to={screen.path} aria-current={isHere(screen.path) ? 'page' : undefined}>
              <span className="tab-icon">
                <Icon name={screen.nav!.icon} size={24} />
                {badge(screen)}
              </span>
              {screen.title[language]}
            </Link>
          ))}
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name="more" size={24} />
          {say.more}
        </button>
        {isOpen && (
          <ul className="more">
            {shown
              .filter(({ nav }) => !nav!.isTab)
              .map((screen) => (
                <li key={screen.path}>
                  <Link to={screen.path}>
                    <Icon name={screen.nav!.icon} />
                    {screen.title[language]}
                  </Link>
                </li>
              ))}
          </ul>
        )}
      </nav>
      <Suspense fallback={null}>
        {above === 'palette' && <Palette onClose={() => setAbove(undefined)} />}
        {above === 'help' && <KeyHelp onClose={() => setAbove(undefined)} />}
      </Suspense>
    </div>
  )
}

const Brand = () => (
  <svg className="mark" viewBox="0 0 24 24" width={22} height={22} aria-hidden="true">
    <rect width="24" height="24" rx="6" fill="var(--accent)" />
    <path
      d="M7 17V7l10 10V7"
      fill="none"
      stroke="var(--on)"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)
