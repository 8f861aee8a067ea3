/** SIP grammar and digest: what the lab's phones read must not depend on how a sender writes it. */
import { describe, expect, it } from 'vitest';
import { digestResponse, parseChallenge, withCredentials } from '../../lab/sip/digest.ts';
import { answerDirection, rtpOf } from '../../lab/sip/media.ts';
import {
  cseq,
  escapeUser,
  formatMessage,
  header,
  parseMessage,
  parseNameAddr,
  parseUri,
  quote,
  type SipMessage,
} from '../../lab/sip/message.ts';

const parse = (text: string): SipMessage => {
  const m = parseMessage(Buffer.from(text));
  if (!m) throw new Error('no SIP message');
  return m;
};

describe('messages', () => {
  it('reads compact, folded, repeated and oddly cased headers like plain ones', () => {
    const plain = parse(
      'INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2\r\n' +
        'From: "A, B" <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n' +
        'Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\nSubject: one two\r\nContent-Length: 0\r\n\r\n',
    );
    const odd = parse(
      'INVITE sip:b@h SIP/2.0\r\nv : SIP/2.0/UDP a;branch=z9hG4bK1\r\nVIA:SIP/2.0/UDP b;branch=z9hG4bK2\r\n' +
        'f: "A, B" <sip:a@h>;tag=1\r\nt:\r\n <sip:b@h>\r\nI: x\r\ncseq:1 INVITE\r\n' +
        'record-route: <sip:p1;lr>\r\nRECORD-ROUTE: <sip:p2;lr>\r\ns: one\r\n\ttwo\r\nl: 0\r\n\r\n',
    );
    expect(odd.headers).toEqual(plain.headers);
    expect(cseq(odd)).toEqual({ num: 1, method: 'INVITE' });
  });

  it('takes only Content-Length bytes of body, counted in bytes', () => {
    const m = parse('SIP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nüüuu');
    expect(m).toMatchObject({ kind: 'response', status: 200, reason: 'OK', body: 'üü' });
  });

  it('survives a round trip, hostile display name included, and cannot be made to inject a header', () => {
    const name = 'Bob "x" \\ <sip:evil@h>, 𝔘;tag=9\r\nX-Evil: 1';
    const from = `${quote(name)} <sip:a@h>;tag=1`;
    const sent: SipMessage = {
      kind: 'request',
      method: 'OPTIONS',
      uri: 'sip:h',
      headers: new Map([['from', [from]]]),
      body: '',
    };
    const got = parse(formatMessage(sent).toString());
    expect(got.headers.has('x-evil')).toBe(false);
    const read = parseNameAddr(header(got, 'from'));
    expect(read).toMatchObject({ uri: 'sip:a@h', params: { tag: '1' } });
    expect(read.name).toBe(name.replace(/[\r\n]+/g, ' '));
  });

  it('ignores what is no SIP message', () => {
    for (const text of ['', '\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'INVITE', '\0\0\0\0'])
      expect(parseMessage(Buffer.from(text))).toBeUndefined();
  });

  it('takes URIs apart', () => {
    expect(parseUri('sip:1001@127.0.0.1:5070;transport=udp?Replaces=a%40b%3Bto-tag%3D1')).toEqual({
      user: '1001',
      host: '127.0.0.1',
      port: 5070,
      headers: { replaces: 'a@b;to-tag=1' },
    });
    expect(parseUri('sip:127.0.0.1')).toMatchObject({ user: '', host: '127.0.0.1', port: 5060 });
    expect(parseUri('tel:+49123')).toBeUndefined();
    expect(escapeUser('*21#+4930 1')).toBe('*21%23+4930%201');
  });
});

describe('digest', () => {
  it("gives RFC 2617's example response (section 3.5)", () => {
    const challenge = parseChallenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    );
    expect(challenge).toMatchObject({ algorithm: 'MD5', qop: 'auth', opaque: '5ccc069c403ebaf9f0171e9517f40e41' });
    if (!challenge) return;
    const response = digestResponse({
      user: 'Mufasa',
      password: 'Circle Of Life',
      method: 'GET',
      uri: '/dir/index.html',
      challenge,
      cnonce: '0a4f113b',
      nc: '00000001',
    });
    expect(response).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('answers a challenge once with the next CSeq, again only when the nonce was stale', () => {
    const request = parse('REGISTER sip:h SIP/2.0\r\nVia: v\r\nCSeq: 1 REGISTER\r\n\r\n');
    const refused = parse(
      'SIP/2.0 401 No\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n',
    );
    const stale = parse('SIP/2.0 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="m", stale=true\r\n\r\n');
    if (request.kind !== 'request' || refused.kind !== 'response' || stale.kind !== 'response')
      throw new Error('kinds');
    const who = { user: 'u', password: 'p' };
    const again = withCredentials(request, refused, who, 2);
    expect(again && cseq(again).num).toBe(2);
    expect(again && header(again, 'authorization')).toContain('nonce="n"');
    expect(again && withCredentials(again, refused, who, 3)).toBeUndefined();
    expect(again && withCredentials(again, stale, who, 3)).toBeDefined();
  });
});

describe('SDP', () => {
  it('finds the address of the audio stream and answers a hold', () => {
    expect(rtpOf('v=0\r\nc=IN IP4 1.1.1.1\r\nm=audio 4000 RTP/AVP 0\r\n')).toEqual({ host: '1.1.1.1', port: 4000 });
    const own = 'c=IN IP4 1.1.1.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 2.2.2.2\r\n';
    expect(rtpOf(own)).toEqual({ host: '2.2.2.2', port: 4000 });
    expect(rtpOf('c=IN IP4 1.1.1.1\r\nm=audio 0 RTP/AVP 0\r\n')).toBeUndefined();
    expect(answerDirection('a=sendonly\r\n')).toBe('recvonly');
    expect(answerDirection('a=sendrecv\r\n')).toBe('sendrecv');
  });
});
