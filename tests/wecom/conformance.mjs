// Speaks WeCom's callback encryption through npm's @wecom/crypto: one JSON request a line in, one JSON answer a line out.
//
//   {"do": "seal", "key", "token", "receiver", "timestamp", "nonce", "message"}   → {"encrypt", "signature"}
//   {"do": "open", "key", "token", "timestamp", "nonce", "encrypt"}               → {"message", "receiver", "signature"}
//   {"do": "get" | "xml" | "json", "url", …as seal, "agent"}                      → {"status", "body", …as open}
//
// The package is looked for in $WECOM_CRYPTO_AT/node_modules, else beside this file and above it.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const home = process.env.WECOM_CRYPTO_AT;
const { decrypt, encrypt, getSignature } = createRequire(home ? join(home, 'x.js') : import.meta.url)('@wecom/crypto');

const seal = ({ key, token, receiver, timestamp, nonce, message }) => {
  const ciphertext = encrypt(key, message, receiver);
  return { encrypt: ciphertext, signature: getSignature(token, timestamp, nonce, ciphertext) };
};

const open = ({ key, token, timestamp, nonce, encrypt: ciphertext }) => {
  const { message, id } = decrypt(key, ciphertext);
  return { message, receiver: id, signature: getSignature(token, timestamp, nonce, ciphertext) };
};

const element = (xml, name) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(xml)?.[1];

const answerOf = (kind, body) => {
  if (kind === 'json') return JSON.parse(body);
  return {
    encrypt: element(body, 'Encrypt'),
    msgsignature: element(body, 'MsgSignature'),
    timestamp: element(body, 'TimeStamp'),
    nonce: element(body, 'Nonce'),
  };
};

const exchange = async (request) => {
  const sealed = seal(request);
  const address = new URL(request.url);
  address.searchParams.set('msg_signature', sealed.signature);
  address.searchParams.set('timestamp', request.timestamp);
  address.searchParams.set('nonce', request.nonce);
  if (request.do === 'get') address.searchParams.set('echostr', sealed.encrypt);
  const bodies = {
    xml: `<xml><ToUserName><![CDATA[${request.receiver}]]></ToUserName><AgentID><![CDATA[${request.agent}]]></AgentID>`
      + `<Encrypt><![CDATA[${sealed.encrypt}]]></Encrypt></xml>`,
    json: JSON.stringify({ encrypt: sealed.encrypt }),
  };
  const response = await fetch(address, request.do === 'get' ? {} : { method: 'POST', body: bodies[request.do] });
  const body = await response.text();
  if (request.do === 'get' || !body) return { status: response.status, body };
  const answer = answerOf(request.do, body);
  const opened = open({ ...request, ...answer, timestamp: String(answer.timestamp) });
  return { status: response.status, body, signed: opened.signature === answer.msgsignature, ...opened };
};

const actions = { seal, open, get: exchange, xml: exchange, json: exchange };

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(await actions[request.do](request)));
}
