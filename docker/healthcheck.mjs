// Asks the service of this container for its health (grpc.health.v1): exit code 0 while it is SERVING, else 1 and the reason.
// Plain HTTP/2 and no packages, because it starts a Node every few seconds.
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';

const LIMIT_MS = 4_000;
/** Where each service listens: its variable, and the default. An address in a configuration file is not looked at. */
const ADDRESSES = {
  'framesong-compression': ['FRAMESONG_COMPRESSION_ADDRESS', '127.0.0.1:50051'],
  'framesong-image-generation': ['FRAMESONG_IMAGE_ADDRESS', '127.0.0.1:50052'],
  'framesong-music': ['FRAMESONG_MUSIC_ADDRESS', '127.0.0.1:50053'],
};
/** HealthCheckResponse with its only field, `status`, at SERVING = 1; before it the frame: not compressed, two bytes long. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);
/** HealthCheckRequest for "", the server as a whole, has no bytes. */
const REQUEST = Buffer.alloc(5);

const { name } = JSON.parse(readFileSync(`${import.meta.dirname}/package.json`, 'utf8'));
const [variable, fallback] = ADDRESSES[name];
// A wildcard is an address to listen on, not one to call.
const address = (process.env[variable] || fallback).replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');

const end = (text) => {
  console.log(`${name} at ${address}: ${text}`);
  process.exit(text === 'SERVING' ? 0 : 1);
};
setTimeout(() => end(`no answer within ${LIMIT_MS} ms`), LIMIT_MS);
const session = connect(`http://${address}`).on('error', (error) => end(error.message));
const answer = [];
session
  .request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  .on('data', (chunk) => answer.push(chunk))
  .on('end', () => end(Buffer.concat(answer).equals(SERVING) ? 'SERVING' : 'NOT SERVING'))
  .on('error', (error) => end(error.message))
  .end(REQUEST);
