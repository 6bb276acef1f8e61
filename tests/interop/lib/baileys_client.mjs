// Baileys as its users run it: unmodified, with the sandbox's address and root.
import { EventEmitter, once } from 'node:events'
import makeWASocket, { WA_CERT_DETAILS, useMultiFileAuthState } from 'baileys'

const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

export class BaileysClient extends EventEmitter {
  constructor(sandbox, name) {
    super()
    this.sandbox = sandbox
    this.directory = `${sandbox.dir}/baileys-${name}`
    // Releases that check the chain's signatures need the sandbox's root; the others ignore it.
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(sandbox.noiseRoot, 'hex')
  }

  // Connects, and goes on after a 515 as every user of the library does.
  async connect() {
    const { state, saveCreds } = await useMultiFileAuthState(this.directory)
    this.socket = makeWASocket({
      waWebSocketUrl: this.sandbox.url, auth: state, logger: silent, syncFullHistory: false,
      shouldSyncHistoryMessage: () => false, markOnlineOnConnect: false, connectTimeoutMs: 20_000
    })
    this.socket.ev.on('creds.update', saveCreds)
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

  end() {
    this.removeAllListeners()
    this.socket?.ev.removeAllListeners('connection.update')
    this.socket?.ev.removeAllListeners('creds.update')
    this.socket?.end(undefined)
  }
}
