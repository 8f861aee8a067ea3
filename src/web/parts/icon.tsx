/** Drawn by ourselves in a square of 24: a page loads nothing from elsewhere. Always beside a word; never alone in meaning. */
const PATHS = {
  good: 'M5 12.5l4.5 4.5L19 7.5',
  warn: 'M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2v.3',
  bad: 'M12 3a9 9 0 100 18 9 9 0 000-18zM8.5 8.5l7 7M15.5 8.5l-7 7',
  idle: 'M12 4a8 8 0 100 16 8 8 0 000-16z',
  ringing: 'M6 17h12l-1.5-2.5V10a4.5 4.5 0 00-9 0v4.5L6 17zM10.5 20h3M12 5.5V4',
  talking: 'M5 4h4l2 5-2.5 1.5a11 11 0 005 5L15 13l5 2v4a1.5 1.5 0 01-1.6 1.5A16 16 0 013.5 5.6 1.5 1.5 0 015 4z',
  wrap_up: 'M4 20h4L19 9l-4-4L4 16v4zM13 7l4 4',
  held: 'M8.5 7.2A4.5 4.5 0 0116.5 10v4.5L18 17H6l1.5-2.5V10M10.5 20h3M4 3l16 18',
  paused: 'M8 5v14M16 5v14',
  logged_out: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  off: 'M4 4l16 16M8 4h9v9M17 17v3H7V7',
  unknown: 'M9 9a3 3 0 115 2.2c-1.2.9-2 1.5-2 2.8M12 18v.3',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5V12l3 2',
  closed: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  menu: 'M4 7h16M4 12h16M4 17h16',
  expand: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20 20',
  up: 'M7 14l5-5 5 5',
  down: 'M7 10l5 5 5-5',
  sun: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M19.5 14.5A8 8 0 019.5 4.5a8 8 0 1010 10z',
  screen: 'M3 5h18v11H3zM9 20h6M12 16v4',
  contrast: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 3v18M12 7h5M12 11h8.5M12 15h8M12 19h4.5',
  person: 'M12 4a4 4 0 100 8 4 4 0 000-8zM4.5 20a7.5 7.5 0 0115 0',
  more: 'M12 5.5v.5M12 12v.5M12 18.5v.5',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
