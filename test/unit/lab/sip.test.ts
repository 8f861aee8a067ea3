/** The lab's phones call each other over loopback: what they report must be what happened on the wire. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Drop } from '../../lab/sip/endpoint.ts';
import { PhoneFarm } from '../../lab/sip/farm.ts';
import type { SipMessage } from '../../lab/sip/message.ts';
import { CallFailed, type Phone, type PhoneOptions } from '../../lab/sip/phone.ts';

let farm = new PhoneFarm();
afterEach(async () => {
  await farm.stop();
  farm = new PhoneFarm();
});

async function phone(name: string, o: Partial<PhoneOptions> = {}): Promise<Phone> {
  const p = farm.add({ name, localAddress: '127.0.0.1', server: { host: '127.0.0.1', port: 9 }, ...o });
  await p.start();
  return p;
}

/** Loses the first `n` datagrams that match. */
function lose(n: number, match: (direction: 'in' | 'out', m: SipMessage) => boolean): Drop {
  let left = n;
  return (direction, m) => match(direction, m) && left-- > 0;
}
const isStatus = (m: SipMessage, status: number): boolean => m.kind === 'response' && m.status === status;
const isMethod = (m: SipMessage, method: string): boolean => m.kind === 'request' && m.method === method;
const kinds = (p: Phone): string[] => p.entries.map((e) => e.what);

describe('a call', () => {
  it('is answered and ended by its caller', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'answer', afterMs: 20 } });
    const call = a.call(b.uri, { fromName: 'Eve "x" <y>', headers: { 'X-IPNT-Call': 'c-1' } });
    await call.ringing;
    await call.answered;
    await b.waitFor('confirmed');
    expect([a.calls.size, b.calls.size]).toEqual([1, 1]);
    await call.hangup();
    await b.waitFor('ended');
    expect(kinds(a)).toEqual(['progress', 'connected', 'bye_sent', 'ended']);
    expect(kinds(b)).toEqual(['invited', 'ringing', 'answered', 'confirmed', 'bye_received', 'ended']);
    expect(b.entries[0]).toMatchObject({ phone: 'b', call: call.callId });
    expect(b.entries[0]?.detail).toMatchObject({ fromName: 'Eve "x" <y>', from: 'sip:a@127.0.0.1', xIpntCall: 'c-1' });
    expect((await call.ended).detail.cause).toBe('bye_sent');
    expect([a.calls.size, b.calls.size]).toEqual([0, 0]);
  });

  it('is ended by the phone that was called, after its talk time', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'answer', afterMs: 0, talkMs: 10 } });
    const call = a.call(b.uri);
    expect((await call.ended).detail.cause).toBe('bye_received');
    await call.answered;
    expect(kinds(b).slice(-2)).toEqual(['bye_sent', 'ended']);
  });

  it.each([486, 480, 603, 503])('is rejected with %i', async (code) => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'reject', code } });
    const call = a.call(b.uri);
    await expect(call.answered).rejects.toMatchObject({ name: 'CallFailed', code });
    expect((await call.ended).detail).toMatchObject({ cause: 'failed', code: String(code) });
    expect(kinds(b)).toEqual(['invited', 'rejected', 'ended']);
  });

  it('is cancelled while it rings, and missed', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'ring' } });
    const call = a.call(b.uri);
    await call.ringing;
    await call.hangup();
    await expect(call.answered).rejects.toBeInstanceOf(CallFailed);
    await b.waitFor('ended');
    expect(kinds(a)).toEqual(['progress', 'cancelled', 'ended']);
    expect(kinds(b)).toEqual(['invited', 'ringing', 'cancelled', 'missed', 'ended']);
  });

  it('is given up at once, before anything came back', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'ring' } });
    await a.call(b.uri).hangup();
    await b.waitFor('cancelled');
  });

  it('is given up after its ring timeout', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'ring' } });
    expect((await a.call(b.uri, { ringTimeoutMs: 30 }).ended).detail).toMatchObject({
      cause: 'cancelled',
      why: 'ring_timeout',
    });
    await b.waitFor('missed');
  });

  it('is picked up by hand', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'ring' } });
    const call = a.call(b.uri);
    await b.waitFor('ringing');
    b.answer();
    await call.answered;
    await b.hangup();
    expect((await call.ended).detail.cause).toBe('bye_received');
  });

  it('is redirected, and followed when the caller follows', async () => {
    const c = await phone('c');
    const b = await phone('b', { behaviour: { kind: 'redirect', to: c.uri } });
    const a = await phone('a');
    await expect(a.call(b.uri).answered).rejects.toMatchObject({ code: 302 });
    expect((await a.waitFor('redirected')).detail.to).toBe(c.uri);
    const follower = await phone('f', { followRedirects: true });
    await follower.call(b.uri).answered;
    await c.waitFor('confirmed');
  });

  it('carries RTP both ways when asked to', async () => {
    const a = await phone('a', { rtp: true });
    const b = await phone('b', { rtp: true });
    const call = a.call(b.uri);
    await call.answered;
    const legs = [...a.calls.values(), ...b.calls.values()];
    await expect.poll(() => legs.every((l) => l.rtpReceived > 2), { timeout: 3000 }).toBe(true);
  });

  it('carries digits', async () => {
    const a = await phone('a');
    const b = await phone('b');
    const call = a.call(b.uri);
    await call.answered;
    await a.sendDtmf(call.callId, '5');
  });
});

describe('loss', () => {
  const fast = { t1Ms: 20 };
  const cases: [string, (direction: 'in' | 'out', m: SipMessage) => boolean][] = [
    ['the INVITE', (d, m) => d === 'out' && isMethod(m, 'INVITE')],
    ['the 200', (d, m) => d === 'in' && isStatus(m, 200)],
    ['the ACK', (d, m) => d === 'out' && isMethod(m, 'ACK')],
    ['the BYE', (d, m) => d === 'out' && isMethod(m, 'BYE')],
  ];
  it.each(cases)('of %s is repaired, and reported once', async (_name, match) => {
    const a = await phone('a', { ...fast, drop: lose(2, match) });
    const b = await phone('b', fast);
    const call = a.call(b.uri);
    await call.answered;
    await b.waitFor('confirmed');
    await call.hangup();
    await b.waitFor('ended');
    expect(kinds(b)).toEqual(['invited', 'ringing', 'answered', 'confirmed', 'bye_received', 'ended']);
    expect(kinds(a)).toEqual(['progress', 'connected', 'bye_sent', 'ended']);
  });

  it('of the ACK to a rejection is repaired', async () => {
    let finals = 0;
    const a = await phone('a', { ...fast, drop: lose(1, (d, m) => d === 'out' && isMethod(m, 'ACK')) });
    const b = await phone('b', {
      ...fast,
      behaviour: { kind: 'reject', code: 486 },
      drop: (d, m) => d === 'out' && isStatus(m, 486) && ++finals < 0,
    });
    await expect(a.call(b.uri).answered).rejects.toMatchObject({ code: 486 });
    await expect.poll(() => finals, { timeout: 2000 }).toBe(2);
  });

  it('of everything ends the call at both sides', async () => {
    const a = await phone('a', { t1Ms: 5 });
    const b = await phone('b', { t1Ms: 5, behaviour: { kind: 'silent' } });
    expect((await a.call(b.uri).ended).detail.code).toBe('408');
    await b.waitFor('missed');
    expect(kinds(b)).toEqual(['invited', 'missed', 'ended']);
  });

  it('of every ACK makes the called phone hang up', async () => {
    const a = await phone('a', { t1Ms: 5, drop: (d, m) => d === 'out' && isMethod(m, 'ACK') });
    const b = await phone('b', { t1Ms: 5 });
    expect((await a.call(b.uri).ended).detail.cause).toBe('bye_received');
    expect((await b.waitFor('bye_sent')).detail.why).toBe('no_ack');
  });
});

describe('a transfer', () => {
  it('by REFER moves the other party, and takes our leg down', async () => {
    const a = await phone('a');
    const b = await phone('b');
    const c = await phone('c');
    const call = a.call(b.uri);
    await call.answered;
    await b.waitFor('confirmed');
    await b.blindTransfer(call.callId, c.uri);
    await c.waitFor('confirmed');
    expect((await call.ended).detail.cause).toBe('bye_received');
    const results = b.entries.filter((e) => e.what === 'transfer').map((e) => e.detail.result);
    expect(results).toContain('done');
    expect([a.calls.size, b.calls.size, c.calls.size]).toEqual([1, 0, 1]);
  });

  it('that fails leaves the call where it was', async () => {
    const a = await phone('a');
    const b = await phone('b');
    const c = await phone('c', { behaviour: { kind: 'reject', code: 486 } });
    const call = a.call(b.uri);
    await call.answered;
    await expect(a.blindTransfer(call.callId, c.uri)).rejects.toMatchObject({ code: 486 });
    expect([a.calls.size, b.calls.size]).toEqual([1, 1]);
  });

  it('that came too early for Asterisk (400) is tried again', async () => {
    const a = await phone('a');
    const b = await phone('b');
    const c = await phone('c', {
      behaviour: { kind: 'reject', code: 400 },
      log: (e) => {
        if (e.what === 'rejected') c.behaviour = { kind: 'answer', afterMs: 0 };
      },
    });
    const call = a.call(b.uri);
    await call.answered;
    await a.blindTransfer(call.callId, c.uri);
    expect(farm.offersOf('c').map((o) => o.outcome)).toEqual(['rejected', 'live']);
  });

  it('with Replaces joins the two far ends', async () => {
    const a = await phone('a');
    const b = await phone('b');
    const c = await phone('c');
    const call = a.call(b.uri);
    await call.answered;
    const consult = a.call(c.uri);
    await consult.answered;
    await a.attendedTransfer(call.callId, consult.callId);
    await consult.ended;
    expect([a.calls.size, b.calls.size, c.calls.size]).toEqual([0, 1, 1]);
    expect(farm.overlappingCalls()).toEqual([]);
  });
});

describe('a farm', () => {
  it('says busy to a second call, and tells who was offered two at once', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'ring' } });
    const c = await phone('c', { behaviour: { kind: 'ring' }, secondCall: 'accept' });
    const first = a.call(b.uri);
    await first.ringing;
    await expect(a.call(b.uri).answered).rejects.toMatchObject({ code: 486 });
    const calls = [a.call(c.uri), a.call(c.uri)];
    await Promise.all(calls.map((x) => x.ringing));
    expect(farm.overlappingCalls().map((o) => o.phone)).toEqual(['b', 'c']);
    expect(farm.offersOf('b').map((o) => o.outcome)).toEqual(['live', 'rejected']);
    await a.hangup();
    await expect.poll(() => farm.offersOf('c').map((o) => o.outcome)).toEqual(['cancelled', 'cancelled']);
  });

  it('finds no overlap in calls that follow each other, and has one log in order', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'answer', afterMs: 0, talkMs: 0 } });
    for (let i = 0; i < 20; i++) await a.call(b.uri).ended;
    expect(farm.overlappingCalls()).toEqual([]);
    expect(farm.offersOf('b')).toHaveLength(20);
    const times = farm.log.map((e) => e.atMs);
    expect(times).toEqual([...times].sort((x, y) => x - y));
  });
});

describe('waiting', () => {
  it('sees what happened since the mark only, and says what it saw when it gives up', async () => {
    const a = await phone('a');
    const b = await phone('b', { behaviour: { kind: 'reject', code: 486 } });
    await a.call(b.uri).ended;
    await b.waitFor('invited');
    b.mark();
    await expect(b.waitFor('invited', undefined, 20)).rejects.toThrow("phone b: no 'invited' within 20 ms");
  });
});
