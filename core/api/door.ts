import type { Kind } from '../record/kind.ts'

/*
 * Routes are values: the deployment, the answers 404 and 405, and the documentation read the same ones. A function of the
 * API says beside its handler, in `door`, what it needs and which routes lead to it; the build reads that from the source
 * (infra/doors.ts), so to add a route is to add one file.
 */

/** What a route is for, in the languages of those who read about it. */
export interface Words {
  en: string
  uk: string
  ru: string
}

/** Addresses that belong together. */
export interface RouteGroup {
  /** `GET /leads/{id}`; `ANY` is every method */
  routes: readonly string[]
  /** Absent: not told of in the documentation. */
  words?: Words
  /** anybody may call them, without a token */
  isOpen?: true
}

/**
 * `read-write` reads and puts; who changes single attributes, removes, or checks what it does not write says so beside it.
 * `denials` keeps attempts that are refused, and puts nothing else: for functions that only read.
 */
export type TableAccess = 'read' | 'read-write' | 'update' | 'remove' | 'check' | 'denials'

/** Of a function of the API: what it needs, and how it is reached. Literals only: nothing of it is computed. */
export interface Door {
  /** one line for whoever looks at the functions in AWS */
  description: string
  uses?: {
    table?: TableAccess | readonly TableAccess[]
    spool?: 'send'
    secrets?: 'read'
    /** of a CloudFront in front, where there is one */
    shield?: 'read'
    accounts?: 'sign-in'
  }
  /** whoever submits goes before whatever else runs in the account */
  isFirst?: true
  routes?: readonly RouteGroup[]
  /** it also has these routes of every kind of record */
  kinds?: 'read' | 'write'
}

/** A group of routes, and the function to which it leads. */
export interface Routed extends RouteGroup {
  /** name of the function, such as `api/lead-read` */
  to: string
}

/** The kinds' part of what routes say. */
export type RoutedKind = Pick<Kind, 'name' | 'plural' | 'title' | 'lifecycle' | 'doors' | 'work'>

/** The routes of a kind that one function for all kinds answers. */
export function routesOf(kind: RoutedKind, which: 'read' | 'write'): RouteGroup[] {
  const { plural, title, lifecycle, doors = ['list', 'read', 'create', 'change', 'move'] } = kind
  const all = `/${plural}`
  const one = `${all}/{id}`
  const has = (door: (typeof doors)[number]): boolean => doors.includes(door)
  const ways = [
    ...(lifecycle ? ['?state=open', '?day=2027-03-01'] : []),
    ...(kind.work ? ['?owner=…', '?queue=…'] : []),
  ]
  const asked = ways.length ? ` (${ways.join(', ')})` : ''
  const groups: (RouteGroup | false)[] =
    which === 'read'
      ? [
          has('list') && {
            routes: [`GET ${all}`],
            words: {
              en: `${title}: a list${asked}`,
              uk: `${title}: перелік${asked}`,
              ru: `${title}: список${asked}`,
            },
          },
          has('read') && {
            routes: [`GET ${one}`, `GET ${one}/history`],
            words: {
              en: `${title}: one; everything that happened to it, with the reasons`,
              uk: `${title}: один запис; усе, що з ним було, з причинами`,
              ru: `${title}: одна запись; всё, что с ней было, с причинами`,
            },
          },
        ]
      : [
          has('create') && {
            routes: [`POST ${all}`],
            words: { en: `${title}: a new one`, uk: `${title}: новий запис`, ru: `${title}: новая запись` },
          },
          has('change') && {
            routes: [`PATCH ${one}`],
            words: {
              en: `${title}: change fields (null takes one away)`,
              uk: `${title}: змінити поля (null прибирає поле)`,
              ru: `${title}: изменить поля (null убирает поле)`,
            },
          },
          has('move') &&
            lifecycle !== undefined && {
              routes: [`POST ${one}/{transition}`],
              words: movesOf(title, Object.keys(lifecycle.transitions), kind.work !== undefined),
            },
        ]
  return groups.filter((group) => group !== false)
}

function movesOf(title: string, transitions: readonly string[], isWork: boolean): Words {
  const own = transitions.join(', ')
  if (!isWork) return { en: `${title}: ${own}`, uk: `${title}: ${own}`, ru: `${title}: ${own}` }
  return {
    en: `${title}: ${own}; take it, give it to somebody ({"to": …}), plan its next step ({"nextAt": …})`,
    uk: `${title}: ${own}; взяти (take), передати (give, {"to": …}), запланувати наступний крок (plan, {"nextAt": …})`,
    ru: `${title}: ${own}; взять (take), передать (give, {"to": …}), запланировать следующий шаг (plan, {"nextAt": …})`,
  }
}

/** Every route of these doors, with the function that answers it. */
export const routesOfDoors = (doors: ReadonlyMap<string, Door>, kinds: readonly RoutedKind[]): Routed[] =>
  [...doors].flatMap(([to, { routes = [], kinds: which }]) =>
    [...routes, ...(which ? kinds.flatMap((kind) => routesOf(kind, which)) : [])].map((group) => ({
      ...group,
      to,
    })),
  )

/** The methods that an address has, so that a wrong method is told apart from a wrong address. */
export function methodsAt(groups: readonly RouteGroup[], path: string): string[] {
  const parts = path.split('/')
  const methods = groups
    .flatMap(({ routes }) => routes.map((route) => route.split(' ')))
    .filter(([, known]) => known !== undefined && isAt(known.split('/'), parts))
    .map(([method = '']) => method)
  return [...new Set(methods)]
}

const isAt = (known: readonly string[], parts: readonly string[]): boolean =>
  known.length === parts.length &&
  known.every((part, i) => (part.startsWith('{') ? parts[i] !== '' : part === parts[i]))
