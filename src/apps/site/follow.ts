import type { SiteEffect } from '../../core/events.ts';
import type { Audit, SiteInput, SiteModel, SiteRules } from '../../core/reduce/site-model.ts';
import { reduceSite } from '../../core/reduce/site.ts';
import { initialSite, nextDueMs } from '../../core/reduce/site-view.ts';

/** A model that is led by events with times of their own: a transcript, or a recording under way. */
export interface Follower {
  readonly model: SiteModel;
  readonly events: number;
  readonly audits: readonly Audit[];
  event(event: SiteInput, atMs: number): readonly SiteEffect[];
  /** No more events until then: wrap-ups end, figures leave their window. */
  until(atMs: number): void;
}

export function followSite(rules: SiteRules): Follower {
  let model: SiteModel | undefined;
  let events = 0;
  const audits: Audit[] = [];
  /** What time alone changes happens when it is due, before the next event. */
  const passTime = (from: SiteModel, untilMs: number): SiteModel => {
    let state = from;
    for (let dueMs = nextDueMs(state); dueMs !== null && dueMs <= untilMs; dueMs = nextDueMs(state)) {
      const next = reduceSite(state, { kind: 'timePassed' }, dueMs).state;
      if (next === state) break;
      state = next;
    }
    return state;
  };
  return {
    get model() {
      return model ?? initialSite(rules, null, 0);
    },
    get events() {
      return events;
    },
    audits,
    until(atMs) {
      if (model !== undefined) model = passTime(model, atMs);
    },
    event(event, atMs) {
      const step = reduceSite(passTime(model ?? initialSite(rules, null, atMs), atMs), event, atMs);
      model = step.state;
      events += 1;
      if (step.audit !== null) audits.push(step.audit);
      return step.effects;
    },
  };
}
