/* Drawings of one stroke on a field of 24, in the colour of the text around them. */

const paths = {
  work: 'M4 13h4l1.5 3h5L16 13h4M4 13V6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-5',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 13.9a6.5 6.5 0 0 1 3.5 6.1',
  customer:
    'M6 3h12a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 18 21H6a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 6 3M12 12a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4M8.5 16.5a3.6 3.6 0 0 1 7 0M2.5 8h3M2.5 12h3M2.5 16h3',
  ticket:
    'M3.5 8A1.5 1.5 0 0 1 5 6.5h14A1.5 1.5 0 0 1 20.5 8v2a2 2 0 0 0 0 4v2a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 16v-2a2 2 0 0 0 0-4zM14 6.5v2M14 11v2M14 15.5v2',
  settings:
    'M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M19.4 13.5l1.6 1.2-1.8 3.1-1.9-.7a7 7 0 0 1-2 1.2L15 20.5h-3.6l-.4-2.2a7 7 0 0 1-2-1.2l-2 .7-1.7-3.1 1.6-1.2a7 7 0 0 1 0-2.9L5.3 9.3l1.7-3.1 2 .7a7 7 0 0 1 2-1.2l.4-2.2H15l.3 2.2a7 7 0 0 1 2 1.2l1.9-.7 1.8 3.1-1.6 1.2a7 7 0 0 1 0 2.9',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M12 2.5v1.5M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M5.3 18.7l1-1M17.7 6.3l1-1',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5',
  out: 'M10 4H5.5v16H10M15 8l4 4-4 4M19 12H9.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M20 20l-4-4',
  more: 'M4 6h16M4 12h16M4 18h16',
  dots: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3 2',
  late: 'M20.5 14.5A9 9 0 1 0 12 21M12 7v5l2.5 1.7M19 17v2.5M19 22v.01',
  pause: 'M8.5 5v14M15.5 5v14',
  check: 'M5 12.5l4.5 4.5L19 7',
  cross: 'M6 6l12 12M18 6L6 18',
  dash: 'M6 12h12',
  phone:
    'M5 4h3.5l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5V19a1.5 1.5 0 0 1-1.5 1.5A15.5 15.5 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4',
  mail: 'M4 5.5h16A1.5 1.5 0 0 1 21.5 7v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5M3 7l9 6.5L21 7',
  meeting:
    'M5 5.5h14A1.5 1.5 0 0 1 20.5 7v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 19V7A1.5 1.5 0 0 1 5 5.5M3.5 10.5h17M8 3v4M16 3v4',
  note: 'M5 4h14v10.5L13.5 20H5zM13.5 20v-5.5H19M8.5 9h7M8.5 12.5h4',
  chat: 'M4 5h16v11h-8.5L7 20v-4H4z',
  form: 'M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h3',
  bell: 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10 20.5a2.2 2.2 0 0 0 4 0',
  route:
    'M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M18 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M8.5 5.5H15a3.5 3.5 0 0 1 0 7H9a3 3 0 0 0 0 6h6.5',
  edit: 'M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  up: 'M5 15l7-7 7 7',
  down: 'M5 9l7 7 7-7',
  open: 'M7 17L17 7M9 7h8v8',
  plus: 'M12 5v14M5 12h14',
  offline:
    'M3 3l18 18M8.5 15.5a5 5 0 0 1 5-1M5 12a10 10 0 0 1 3-2M2 8.5a15 15 0 0 1 4-2.5M12 6a15 15 0 0 1 10 2.5M15.5 10a10 10 0 0 1 3.5 2M12 19v.01',
  file: 'M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5',
  money: 'M3.5 6.5h17v11h-17zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M6.5 9.5v.01M17.5 14.5v.01',
} as const

export type IconName = keyof typeof paths

/** Beside words, which say the same: nobody hears it. */
export const Icon = ({ name, size = 18 }: { name: IconName; size?: number }) => (
  <svg
    className="icon"
    viewBox="0 0 24 24"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    strokeWidth={1.75}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
)
