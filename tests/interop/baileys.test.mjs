// An unmodified foreign client on the sandbox: what it believes is what the sandbox got right.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { once } from 'node:events'
import { BaileysClient } from './lib/baileys_client.mjs'
import { startSandbox } from './lib/control.mjs'

let sandbox
let numbers = 447700910000
const clients = []

before(async () => { sandbox = await startSandbox() })
after(async () => {
  for (const client of clients) client.end()
  assert.equal(await sandbox.stop(), 0)
})

async function phone() {
  const { phoneNumber } = await sandbox.call('phone.create', { phoneNumber: `+${++numbers}`, name: 'Sam' })
  return phoneNumber
}

function client(name) {
  const made = new BaileysClient(sandbox, name)
  clients.push(made)
  return made
}

async function companions(number) {
  const { phones } = await sandbox.call('phone.list')
  return phones.find(p => p.phoneNumber === number).companions
}

test('links by QR and logs in', async () => {
  const number = await phone()
  const baileys = client('link')
  const scanned = await baileys.link(number)
  assert.equal(baileys.me.id, scanned.jid)
  assert.equal(baileys.me.lid, scanned.lid)
  const [companion] = await companions(number)
  assert.equal(companion.connected, true)
  assert.ok(companion.preKeys >= 812, `uploaded ${companion.preKeys} pre-keys`)
})

test('comes back after the link was dropped, without a QR', async () => {
  const number = await phone()
  const baileys = client('drop')
  const { jid } = await baileys.link(number)
  const closed = baileys.closedWith()
  assert.equal((await sandbox.call('link.drop', { jid })).dropped, 1)
  assert.equal(await closed, 428)
  const opened = once(baileys, 'open')
  await baileys.connect()
  await opened
  assert.equal((await companions(number))[0].connected, true)
})

test('is told about the unlink, at once and at later logins', async () => {
  const number = await phone()
  const baileys = client('unlink')
  const { jid } = await baileys.link(number)
  const closed = baileys.closedWith()
  assert.deepEqual((await sandbox.call('phone.unlink', { phone: number })).unlinked, [jid])
  assert.equal(await closed, 401)
  const refused = baileys.closedWith()
  await baileys.connect()
  assert.equal(await refused, 401)
})

test('logs out by itself', async () => {
  const number = await phone()
  const baileys = client('logout')
  await baileys.link(number)
  const closed = baileys.closedWith()
  await baileys.socket.logout()
  assert.equal(await closed, 401)
  assert.deepEqual(await companions(number), [])
})

test('sees each stream error as what it is', async () => {
  const number = await phone()
  const baileys = client('errors')
  const { jid } = await baileys.link(number)
  const rows = [
    [{ code: 503 }, 503], [{ code: 500 }, 500], [{ code: 429 }, 429], [{ conflict: 'replaced' }, 440],
    [{ child: 'xml-not-well-formed' }, 500]
  ]
  for (const [error, status] of rows) {
    const closed = baileys.closedWith()
    await sandbox.call('stream.error', { jid, ...error })
    assert.equal(await closed, status, JSON.stringify(error))
    const opened = once(baileys, 'open')
    await baileys.connect()
    await opened
  }
})

test('sees each login failure as what it is', async () => {
  const number = await phone()
  const baileys = client('failures')
  const { jid } = await baileys.link(number)
  for (const reason of [402, 403, 405, 406, 409, 500, 503]) {
    await sandbox.call('failure', { jid, reason })
    const cut = baileys.closedWith()
    await sandbox.call('link.drop', { jid })
    await cut
    const refused = baileys.closedWith()
    await baileys.connect()
    assert.equal(await refused, reason)
    const opened = once(baileys, 'open')
    await baileys.connect()
    await opened
  }
})

test('its second connection replaces the first', async () => {
  const number = await phone()
  const first = client('replaced')
  await first.link(number)
  const closed = first.closedWith()
  const second = client('replaced')
  const opened = once(second, 'open')
  await second.connect()
  assert.equal(await closed, 440)
  await opened
})

test('links with a pairing code', async () => {
  const number = await phone()
  const baileys = client('code')
  const qr = once(baileys, 'qr')
  const opened = once(baileys, 'open')
  await baileys.connect()
  await qr
  const code = await baileys.socket.requestPairingCode(number.slice(1))
  const { jid } = await sandbox.call('phone.enterCode', { phone: number, code })
  await opened
  assert.equal(baileys.me.id, jid)
})

test('two companions of one phone, and ten phones at once', async () => {
  const number = await phone()
  await client('twin-a').link(number)
  await client('twin-b').link(number)
  assert.deepEqual((await companions(number)).map(c => c.connected), [true, true])
  const many = await Promise.all(Array.from({ length: 10 }, () => phone()))
  await Promise.all(many.map((each, index) => client(`many-${index}`).link(each)))
  for (const each of many) assert.equal((await companions(each))[0].connected, true)
})
