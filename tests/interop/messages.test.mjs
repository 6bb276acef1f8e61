// Texts between an unmodified Baileys and virtual contacts: every byte of encryption and every
// stanza of the sandbox is judged by an implementation that is not ours.
import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { BaileysClient } from './lib/baileys_client.mjs'
import { startSandbox } from './lib/control.mjs'

const kWaitMs = 20_000
let sandbox
let baileys
let number
let ben
let cleo

const call = (method, params) => sandbox.call(method, params)
const contact = (name, devices) => call('sandbox.contact.create', { name, devices })
const inbox = async (who, text, waitCount = 1) =>
  (await call('sandbox.contact.inbox', { who, text, waitCount, timeoutMs: kWaitMs })).messages
const write = (who, to, text, more = {}) => call('sandbox.contact.send', { who, to, text, ...more })
const receipts = async (who, id, type, waitCount = 1) =>
  (await call('sandbox.contact.receipts', { who, id, type, waitCount, timeoutMs: kWaitMs })).receipts

before(async () => {
  sandbox = await startSandbox()
  number = (await call('phone.create', { phoneNumber: '+447700920000', name: 'Anna' })).phoneNumber
  ben = await contact('Ben', 2)
  cleo = await contact('Cleo', 1)
  baileys = new BaileysClient(sandbox, 'messages')
  await baileys.link(number)
})
after(async () => {
  baileys.end()
  assert.equal(await sandbox.stop(), 0)
})

async function exchange(chat, mark, times = 1) {
  for (let i = 0; i < times; ++i) {
    await baileys.send(chat, `${mark} out ${i}`)
    const [message] = await inbox('Ben', `${mark} out ${i}`)
    assert.equal(message.count, 1)
    await write('Ben', number, `${mark} in ${i}`)
    assert.equal((await baileys.got(`${mark} in ${i}`)).length, 1)
  }
}

test('first texts, to the phone number and to the hidden address', async () => {
  await exchange(ben.jid, 'number')
  await exchange(ben.lid, 'hidden')
})

test('Baileys writes first to somebody new; the contact reads it on all its devices', async () => {
  await baileys.send(ben.jid, 'for all devices')
  const [message] = await inbox('Ben', 'for all devices')
  assert.equal(message.devices, 2)
})

test('a hundred texts in turns', async () => exchange(ben.lid, 'turn', 100))

test('a burst each way keeps its order and loses nothing', async () => {
  const { ids, refused } = await write('Ben', number, 'burst', { count: 100 })
  assert.equal(ids.length, 100)
  assert.deepEqual(refused, [])
  await baileys.got('burst 100')
  const order = baileys.texts.filter(each => each.text.startsWith('burst ')).map(each => each.text)
  assert.deepEqual(order, Array.from({ length: 100 }, (_, i) => `burst ${i + 1}`))
})

test('receipts of both sides arrive', async () => {
  const { ids: [id] } = await write('Ben', number, 'delivered?')
  const [delivered] = await receipts('Ben', id, 'delivered')
  assert.ok(delivered.from.startsWith(baileys.me.lid.split(':')[0]))
  const [message] = await baileys.got('delivered?')
  await baileys.socket.readMessages([{ remoteJid: message.chat, id, fromMe: false }])
  await receipts('Ben', id, 'read')
})

test("the own phone sees what Baileys sends, and Baileys what the phone sends", async () => {
  await baileys.send(ben.lid, 'seen by the phone')
  const { messages } = await call('sandbox.contact.inbox',
    { who: number, own: true, text: 'seen by the phone', waitCount: 1, timeoutMs: kWaitMs })
  assert.equal(messages[0].chat, ben.lid)
  await write(number, ben.jid, 'sent by the phone')
  const [copy] = await baileys.got('sent by the phone')
  assert.equal(copy.fromMe, true)
})

test('a contact asks again for what it could not open, and reads it once', async () => {
  await call('sandbox.contact.retry', { who: 'Ben' })
  await baileys.send(ben.lid, 'again, please')
  const [message] = await inbox('Ben', 'again, please')
  assert.equal(message.count, 1)
})

test('Baileys asks again for what it cannot open', async () => {
  await call('fault.message', { kind: 'corrupt', jid: baileys.me.id })
  await write('Ben', number, 'spoilt on the way')
  assert.equal((await baileys.got('spoilt on the way')).length, 1)
})

test('texts wait while Baileys is away', async () => {
  await baileys.restart(() => write('Ben', number, 'while away', { count: 20 }))
  await baileys.got('while away 20')
  await exchange(ben.lid, 'restarted')
})

test('a group of three, with keys distributed once and again after a restart', async () => {
  const group = await call('sandbox.group.create',
    { who: 'Ben', subject: 'Walk', members: [number, 'Cleo'] })
  for (const round of ['first', 'second']) {
    await baileys.send(group.jid, `${round} from Baileys`)
    for (const who of ['Ben', 'Cleo']) {
      const [message] = await inbox(who, `${round} from Baileys`)
      assert.equal(message.chat, group.jid)
    }
    await write('Ben', group.jid, `${round} from Ben`)
    await write('Cleo', group.jid, `${round} from Cleo`)
    assert.equal((await baileys.got(`${round} from Ben`))[0].chat, group.jid)
    await baileys.got(`${round} from Cleo`)
    if (round === 'first') await baileys.restart()
  }
  await call('sandbox.contact.retry', { who: 'Cleo' })
  await baileys.send(group.jid, 'once more for Cleo')
  await inbox('Cleo', 'once more for Cleo')
  await inbox('Ben', 'once more for Cleo')
})

test('heals after Baileys lost its sessions', async () => {
  await baileys.restart(() => {
    for (const file of readdirSync(baileys.directory))
      if (file.startsWith('session-')) rmSync(`${baileys.directory}/${file}`)
  })
  await write('Ben', number, 'to somebody forgetful')
  await baileys.got('to somebody forgetful')
  await exchange(ben.lid, 'healed')
})

test('heals after the contact has a new phone', async () => {
  await call('sandbox.contact.reinstall', { who: 'Cleo' })
  await write('Cleo', number, 'my new phone')
  await baileys.got('my new phone')
  await baileys.send(cleo.lid, 'welcome back')
  await inbox('Cleo', 'welcome back')
})
