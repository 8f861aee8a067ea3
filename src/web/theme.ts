import { signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const KEY = 'ipnt.theme';

const readTheme = (): Theme => {
  const kept = safely(() => localStorage.getItem(KEY));
  return THEMES.find((one) => one === kept) ?? 'system';
};

/** A browser that keeps nothing (private windows of some) is no reason to show nothing. */
function safely<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

export const theme = signal<Theme>('system');

export function setTheme(wanted: Theme): void {
  theme.value = wanted;
  document.documentElement.dataset['theme'] = wanted;
  safely(() => localStorage.setItem(KEY, wanted));
}

export const startTheme = (): void => setTheme(readTheme());
