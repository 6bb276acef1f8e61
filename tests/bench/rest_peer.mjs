// The same two requests on Node's own HTTP server: a list of sessions from memory, and a text that is appended to a
// journal and is on the disk before the answer. usage: KEY=... node rest_peer.mjs SESSIONS.json JOURNAL
import { createServer } from 'node:http';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { fdatasync, openSync, readFileSync, write } from 'node:fs';

const sessions = JSON.parse(readFileSync(process.argv[2], 'utf8')).sessions;
const journal = openSync(process.argv[3], 'a');
const digest = (text) => createHash('sha256').update(text).digest();
const known = digest(process.env.KEY);
let waiting = [];
let writing = false;

// Group commit, as ours: what arrives while one batch is written waits for the next.
function commit() {
  if (writing || waiting.length === 0) return;
  writing = true;
  const batch = waiting;
  waiting = [];
  write(journal, batch.map((entry) => entry.line).join(''), (failed) => {
    if (failed) throw failed;
    fdatasync(journal, (lost) => {
      if (lost) throw lost;
      writing = false;
      for (const entry of batch) entry.done();
      commit();
    });
  });
}

function reply(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  response.end(body);
}

function accept(body, response) {
  const entry = { messageId: randomUUID(), status: 'queued', ...body };
  waiting.push({ line: JSON.stringify(entry) + '\n',
    done: () => reply(response, 202, { messageId: entry.messageId, sessionId: body.sessionId, status: 'queued' }) });
  commit();
}

const server = createServer((request, response) => {
  if (!timingSafeEqual(digest(request.headers['x-api-key'] ?? ''), known)) return reply(response, 401, {});
  if (request.method === 'GET') return reply(response, 200, { sessions, total: sessions.length });
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => accept(JSON.parse(Buffer.concat(parts).toString()), response));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
