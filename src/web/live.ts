import { batch, computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Board } from '../core/model/board.ts';
import { setServerClock } from './clock.ts';
import type { Followed } from './live/follow.ts';
import { follow } from './live/follow.ts';
import type { StreamEvent } from './live/frames.ts';
import { StreamLink } from './live/link.ts';
import { reloadIfOutdated } from './live/outdated.ts';
import { loadSession } from './session.ts';

/**
 * The board as the stream tells it. Each part is a signal of its own and keeps its rows as the same objects while they do not change, so
 * that a change draws again what shows it and nothing else.
 */
const followed = signal<Followed | null>(null);
const NONE: Board = { services: [], sites: [], edges: [], queues: [], agents: [], waiting: [] };
const board = computed(() => followed.value?.board ?? NONE);

export const hasBoard = computed(() => followed.value !== null);
export const services = computed(() => board.value.services);
export const sites = computed(() => board.value.sites);
export const edges = computed(() => board.value.edges);
export const queues = computed(() => board.value.queues);
export const agents = computed(() => board.value.agents);
export const waiting = computed(() => board.value.waiting);

/** Null while the stream is open; else when the server last said something, of this browser's clock: so old is what is shown. */
export const lostSinceMs = signal<number | null>(null);
/** Null while all is well; else since when the server's own figures stand still, because its database does not answer; of the database's clock. */
export const staleSinceMs = computed(() => followed.value?.staleSinceMs ?? null);
/** What is shown is old, for the one reason or the other. */
export const isOld = computed(() => lostSinceMs.value !== null || staleSinceMs.value !== null);

function onEvent(event: StreamEvent): boolean {
  const after = follow(followed.peek(), event);
  if (after === 'gap') return false;
  if (after !== null && after !== followed.peek()) {
    setServerClock(after.nowMs);
    followed.value = after;
  }
  return true;
}

const link = new StreamLink('/v1/stream', {
  onEvent: (event) => batch(() => onEvent(event)),
  onState: (isOpen, heardMs) => {
    if (isOpen && lostSinceMs.peek() !== null) void reloadIfOutdated();
    if (isOpen) lostSinceMs.value = null;
    else lostSinceMs.value ??= heardMs ?? Date.now();
  },
  // Without a login the page for it comes; without the right the pages that follow the board are not shown at all.
  onRefused: () => {
    isRunning = false;
    void loadSession();
  },
});

/** Moving between pages keeps the stream for so long. */
const LINGER_MS = 10_000;
let users = 0;
let isRunning = false;

function enter(): () => void {
  users += 1;
  if (!isRunning) {
    isRunning = true;
    link.start();
  }
  return () => {
    users -= 1;
    setTimeout(() => {
      if (users > 0 || !isRunning) return;
      isRunning = false;
      link.stop();
      lostSinceMs.value = null;
      followed.value = null;
    }, LINGER_MS);
  };
}

/** A page that shows the board follows it while it is there. */
export function useLive(): void {
  useEffect(enter, []);
  useEffect(() => {
    const hurry = (): void => link.hurry();
    addEventListener('online', hurry);
    return () => removeEventListener('online', hurry);
  }, []);
}

/** Tries at once, where somebody does not want to wait. */
export const connectNow = (): void => link.hurry();
