/** The tabs of one browser share its login: whoever logs out in one of them has logged out in all. */
let channel: BroadcastChannel | null = null;

/** Calls `heard` when another tab tells who is logged in now: a name, null for nobody. */
export function followTabs(heard: (name: string | null) => void): void {
  channel = new BroadcastChannel('ipnt-session');
  channel.onmessage = ({ data }: MessageEvent<unknown>) => heard(typeof data === 'string' ? data : null);
}

export const tellTabs = (name: string | null): void => channel?.postMessage(name);
