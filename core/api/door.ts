import type { OperationName } from '../access/operation.ts'
import type { Kind, Opening } from '../record/kind.ts'
import { hasEnd } from '../record/place.ts'

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

/** A call of a route that no kind brings, as the door of its function describes it. */
export interface CallPlan {
  /** what programs call it, once in the whole API and for ever: `createLead` */
  id: string
  /** of the answer when it succeeds */
  status: number
  /** the states of its record in which it can succeed; in others it is refused (409), a call that changes nothing too */
  from?: readonly string[]
  /** it honours If-Match about the record that its path names */
  matches?: true
  /** other successes, by status, with what each means */
  also?: Readonly<Record<number, string>>
  /** the schema of the body, as `<module>#<export>`; `any` is any object */
  takes?: string
  /** a body that it takes; ids in braces stand for records: `{lead}` */
  example?: unknown
  /** of what the parts of the path are ids; `id` of a kind's own address is that of a record of the kind */
  params?: Readonly<Record<string, string>>
  /** of the query, with what each is for */
  query?: Readonly<
    Record<string, string | { about: string; schema: Readonly<Record<string, unknown>>; isNeeded?: true }>
  >
  /** what it answers: `json` unless it says so */
  gives?: 'json' | 'page' | 'nothing'
  /**
   * what its JSON is: a schema of the document, or what it has by name, `[…]` for a list of them; a name that may be absent ends in
   * `?`
   */
  answers?: string | Readonly<Record<string, string | readonly [string]>>
  /** of the answer, beside those that all have */
  headers?: readonly string[]
}

/** Addresses that belong together. */
export interface RouteGroup {
  /** `GET /leads/{id}`; `ANY` is every method */
  routes: readonly string[]
  /** Absent: not told of in the documentation. */
  words?: Words
  /** anybody may call them, without a token */
  isOpen?: true
  /** a program is refused, whatever its key says */
  needsPerson?: true
  /** what a role must say in `may`, where that decides and not the grant for a kind */
  needsMay?: OperationName
  /** what OpenAPI says of them, by the route; those of kinds follow from their declarations */
  calls?: Readonly<Record<string, CallPlan>>
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
    /** by what records are found */
    find?: 'read' | 'rebuild'
    /** where the bytes of files are sent and got */
    bucket?: 'address'
    spool?: 'send'
    secrets?: 'read'
    /** of a CloudFront in front, where there is one */
    shield?: 'read'
    /** where the console is */
    console?: 'link'
    accounts?: 'sign-in'
  }
  /** whoever submits goes before whatever else runs in the account */
  isFirst?: true
  routes?: readonly RouteGroup[]
  /** it also has these routes of every kind of record */
  kinds?: KindRoutes
}

/** What functions for all kinds answer: records, changes of them, files with all that happened, what people tell of them, reasons. */
export type KindRoutes = 'read' | 'write' | 'file' | 'tell' | 'why'

/** A group of routes, and the function to which it leads. */
export interface Routed extends RouteGroup {
  /** name of the function, such as `api/lead-read` */
  to: string
}

/** The kinds' part of what routes say. */
export type RoutedKind = Pick<Kind, 'name' | 'plural' | 'title' | 'lifecycle' | 'doors' | 'work' | 'silent'>

/** The routes of a kind that one function for all kinds answers. */
export function routesOf(kind: RoutedKind, which: KindRoutes): RouteGroup[] {
  const groups = { read: readRoutes, write: writeRoutes, file: fileRoutes, tell: tellRoutes, why: whyRoutes }[
    which
  ](kind)
  return groups.filter((group) => group !== false)
}

type Groups = (RouteGroup | false)[]

const hasDoor = ({ doors }: RoutedKind, door: Opening): boolean => doors === undefined || doors.includes(door)

function readRoutes(kind: RoutedKind): Groups {
  const { plural, title, lifecycle } = kind
  const ways = [
    ...(lifecycle ? ['?state=…'] : []),
    ...(hasEnd(kind) ? ['?day=2027-03-01'] : []),
    ...(kind.work ? ['?owner=…', '?queue=…'] : []),
  ]
  const asked = ` (${[...ways, '?filter=…', '?sort=…', '?view=…'].join(', ')})`
  return [
    hasDoor(kind, 'list') && {
      routes: [`GET /${plural}`],
      words: {
        en: `${title}: a list${asked}`,
        uk: `${title}: перелік${asked}`,
        ru: `${title}: список${asked}`,
      },
    },
    hasDoor(kind, 'read') && {
      routes: [`GET /${plural}/{id}`, `GET /${plural}/{id}/history`],
      words: {
        en: `${title}: one; everything that happened to it, with the reasons`,
        uk: `${title}: один запис; усе, що з ним було, з причинами`,
        ru: `${title}: одна запись; всё, что с ней было, с причинами`,
      },
    },
  ]
}

function writeRoutes(kind: RoutedKind): Groups {
  const { plural, title, lifecycle } = kind
  return [
    hasDoor(kind, 'create') && {
      routes: [`POST /${plural}`],
      words: { en: `${title}: a new one`, uk: `${title}: новий запис`, ru: `${title}: новая запись` },
    },
    hasDoor(kind, 'change') && {
      routes: [`PATCH /${plural}/{id}`],
      words: {
        en: `${title}: change fields (null takes one away)`,
        uk: `${title}: змінити поля (null прибирає поле)`,
        ru: `${title}: изменить поля (null убирает поле)`,
      },
    },
    hasDoor(kind, 'move') &&
      lifecycle !== undefined && {
        routes: [`POST /${plural}/{id}/{transition}`],
        words: movesOf(title, Object.keys(lifecycle.transitions), kind.work !== undefined),
      },
  ]
}

/** Of what is Holdfast's own bookkeeping there is nothing to look at. */
const fileRoutes = (kind: RoutedKind): Groups => [
  hasDoor(kind, 'read') &&
    !kind.silent && {
      routes: [`GET /${kind.plural}/{id}/file`],
      words: {
        en: `${kind.title}: its file: what is open, what happened, newest first (?kinds=…, ?what=…)`,
        uk: `${kind.title}: справа: що відкрите, що було, від найновішого (?kinds=…, ?what=…)`,
        ru: `${kind.title}: дело: что открыто, что было, от новейшего (?kinds=…, ?what=…)`,
      },
    },
]

/** Of what is worked on. */
const whyRoutes = (kind: RoutedKind): Groups => [
  hasDoor(kind, 'read') &&
    kind.work !== undefined && {
      routes: [`GET /${kind.plural}/{id}/why`],
      words: {
        en: `${kind.title}: why it is with whom it is, in this team, so urgent, and promised until then (?lang=…)`,
        uk: `${kind.title}: чому за це відповідає саме ця людина й команда, чому так терміново й до якого часу (?lang=…)`,
        ru: `${kind.title}: почему отвечает именно этот человек и команда, почему так срочно и до какого времени (?lang=…)`,
      },
    },
]

/** What people do with kinds that have doors of their own is told there. */
const tellRoutes = (kind: RoutedKind): Groups => [
  hasDoor(kind, 'change') &&
    !kind.silent && {
      routes: [`POST /${kind.plural}/{id}/activities`],
      words: {
        en: `${kind.title}: tell of a call, a letter, a visit or a note, now or in the past`,
        uk: `${kind.title}: записати дзвінок, лист, візит чи нотатку, теперішні чи минулі`,
        ru: `${kind.title}: записать звонок, письмо, визит или заметку, нынешние или прошлые`,
      },
    },
]

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
