// The same two requests on Node's own HTTP server: a list of sessions from memory, and a text that is appended to a
// SQLite-like journal with an fsync before the answer. usage: node rest_peer.mjs SESSIONS.json JOURNAL
import { createServer } from 'node:http';
import { createHash, timingSafeEqual } from 'node:crypto';
import { openSync, readFileSync, writeSync, fsyncSync } from 'node:fs';

const sessions = JSON.parse(readFileSync(process.argv[2], 'utf8')).sessions;
const journal = openSync(process.argv[3], 'a');
const key = process.env.KEY;
const digest = (text) => createHash('sha256').update(text).digest();
const known = digest(key);
let waiting = [];

// Group commit, as ours: what arrives while one fsync runs waits for the next.
function commit() {
  const batch = waiting;
  waiting = [];
  writeSync(journal, batch.map((entry) => entry.line).join(''));
  fsyncSync(journal);
  for (const entry of batch) entry.done();
}

function reply(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  response.end(body);
}

const server = createServer((request, response) => {
  if (!timingSafeEqual(digest(request.headers['x-api-key'] ?? ''), known)) return reply(response, 401, {});
  if (request.method === 'GET') return reply(response, 200, { sessions, total: sessions.length });
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString());
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ line: JSON.stringify(body) + '\n',
      done: () => reply(response, 201, { id: 'key', name: body.name }) });
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
