// Baileys as its users run it: unmodified, with the sandbox's address and root.
import { EventEmitter, once } from 'node:events'
import makeWASocket, { WA_CERT_DETAILS, useMultiFileAuthState } from 'baileys'

// Its Signal library writes keys to the console whenever a session changes.
console.log = console.info = console.warn = console.error = () => {}

const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

export class BaileysClient extends EventEmitter {
  constructor(sandbox, name) {
    super()
    this.sandbox = sandbox
    this.directory = `${sandbox.dir}/baileys-${name}`
    // Releases that check the chain's signatures need the sandbox's root; the others ignore it.
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(sandbox.noiseRoot, 'hex')
    this.texts = []
    this.sent = new Map()
  }

  // Connects, and goes on after a 515 as every user of the library does.
  async connect() {
    const { state, saveCreds } = await useMultiFileAuthState(this.directory)
    this.socket = makeWASocket({
      waWebSocketUrl: this.sandbox.url, auth: state, logger: silent, syncFullHistory: false,
      shouldSyncHistoryMessage: () => false, markOnlineOnConnect: false, connectTimeoutMs: 20_000, defaultQueryTimeoutMs: 10_000,
      getMessage: async key => this.sent.get(key.id)
    })
    this.socket.ev.on('messages.upsert', ({ messages }) => messages.forEach(each => this.take(each)))
    this.socket.ev.on('creds.update', () => { this.saved = saveCreds() })
    this.socket.ev.on('connection.update', async update => {
      if (update.qr) this.emit('qr', update.qr)
      if (update.connection === 'open') this.emit('open')
      if (update.connection !== 'close') return
      const status = update.lastDisconnect?.error?.output?.statusCode
      if (status === 515) {
        await saveCreds()
        await this.connect()
      }
      this.emit('closed', status)
    })
    return this
  }

  get me() {
    return this.socket.authState.creds.me
  }

  take({ key, message }) {
    const text = message?.conversation ?? message?.extendedTextMessage?.text
    if (text === undefined) return
    this.texts.push({ id: key.id, chat: key.remoteJid, fromMe: key.fromMe, text })
    this.emit('text')
  }

  // The entries of this text; waits until there is one.
  async got(text) {
    while (!this.texts.some(each => each.text === text)) await once(this, 'text')
    return this.texts.filter(each => each.text === text)
  }

  async send(to, text) {
    const { key, message } = await this.socket.sendMessage(to, { text })
    this.sent.set(key.id, message)
    return key.id
  }

  // Ends the connection and comes back with what is on the disk.
  async restart(between = () => {}) {
    await this.end()
    await between()
    const opened = once(this, 'open')
    await this.connect()
    await opened
  }

  async closedWith() {
    const [status] = await once(this, 'closed')
    return status
  }

  // Links to the phone by its QR; resolves when the login after it is open.
  async link(phone) {
    const qr = once(this, 'qr')
    const opened = once(this, 'open')
    await this.connect()
    const scanned = await this.sandbox.call('phone.scan', { phone, qr: (await qr)[0] })
    await opened
    return scanned
  }

  // Resolves when the credentials are written: the store empties the file first, and writes it only then. Whoever ends the
  // process in between has a session that is not linked. Saves happen in order, so the last is done when all are.
  async end() {
    this.removeAllListeners()
    for (const name of ['connection.update', 'creds.update', 'messages.upsert']) this.socket?.ev.removeAllListeners(name)
    this.socket?.end(undefined)
    await this.saved
  }
}
