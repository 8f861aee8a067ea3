#!/usr/bin/env node
/** Health of the roles in this container: it asks their own monitoring whether they are ready, and prints what is the matter. */
import { get } from 'node:http';

const address = process.env['IPNT_MONITORING'] ?? '127.0.0.1:9464';

function end(code, text) {
  console.log(text.trim());
  process.exit(code);
}

get(`http://${address}/health/ready`, { timeout: 7_000 }, (response) => {
  let text = '';
  response.setEncoding('utf8').on('data', (part) => (text += part));
  response.on('end', () => end(response.statusCode === 200 ? 0 : 1, text));
})
  .on('timeout', () => end(1, `${address} does not answer in time`))
  .on('error', (error) => end(1, `${address}: ${error.message}`));
