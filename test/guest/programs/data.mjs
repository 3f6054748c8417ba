// The broadcast manager of CAN, the kernel's crypto API, and the records of kernel TLS.
import { execFileSync } from "node:child_process";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Address, PollMultiplexer, READABLE, Socket, sys } from "../../../dist/lib/index.js";

const facts = {};

/** What a socket has within the time. */
function next(socket, buffer) {
  const mux = new PollMultiplexer();
  mux.add(socket, READABLE);
  mux.waitSync(30_000, () => undefined);
  mux.close();
  return buffer.subarray(0, socket.recv(buffer) ?? 0);
}

{
  const address = { family: "can", interface: "vcan0" };
  const raw = Socket.open(sys.AF_CAN, sys.SOCK_RAW, sys.CAN_RAW).bind(address);
  raw.setOption("CAN_RAW_FD_FRAMES", true);
  const bcm = Socket.open(sys.AF_CAN, sys.SOCK_DGRAM, sys.CAN_BCM);
  bcm.connect(address);
  const send = (message) => bcm.send(sys.bcmMessage(message));
  const told = () => {
    const message = sys.readBcmMessage(next(bcm, Buffer.alloc(4096)));
    const frames = message.frames.map(({ id, data }) => [id, [...data]]);
    return { ...message, frames };
  };
  // struct can_frame and canfd_frame: id, length, three bytes, data.
  const frame = () => {
    const bytes = next(raw, Buffer.alloc(72));
    const id = new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0];
    return [id, [...bytes.subarray(8, 8 + bytes[4])], bytes.length];
  };

  // Twice at the first interval, of the two frames in turn; then the task tells that it has expired.
  send({
    opcode: sys.CAN_BCM_TX_SETUP,
    flags: sys.CAN_BCM_SETTIMER | sys.CAN_BCM_STARTTIMER | sys.CAN_BCM_TX_COUNTEVT,
    count: 2,
    interval1Us: 1000,
    id: 0x123,
    frames: [
      { id: 0x123, data: Uint8Array.of(1, 2) },
      { id: 0x123, data: Uint8Array.of(3) },
    ],
  });
  const cyclic = [frame(), frame()];
  const { opcode, count, interval1Us, interval2Us, id } = told();
  send({ opcode: sys.CAN_BCM_TX_READ, id: 0x123 });
  const read = told();
  send({ opcode: sys.CAN_BCM_TX_DELETE, id: 0x123 });

  // One frame of CAN FD, at once.
  const fd = {
    id: 0x200,
    data: Uint8Array.from({ length: 12 }, (_, n) => n),
    flags: sys.CANFD_BRS,
  };
  send({ opcode: sys.CAN_BCM_TX_SEND, flags: sys.CAN_BCM_CAN_FD_FRAME, id: 0x200, frames: [fd] });
  const sent = frame();

  // Changes of the first byte only; and when nothing comes for a while.
  send({
    opcode: sys.CAN_BCM_RX_SETUP,
    flags: sys.CAN_BCM_SETTIMER | sys.CAN_BCM_STARTTIMER,
    interval1Us: 1_500_000,
    id: 0x300,
    frames: [{ id: 0x300, data: Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0) }],
  });
  const other = Socket.open(sys.AF_CAN, sys.SOCK_RAW, sys.CAN_RAW).bind(address);
  const write = (...data) => {
    const bytes = Buffer.alloc(16);
    new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0] = 0x300;
    bytes[4] = data.length;
    bytes.set(data, 8);
    other.send(bytes);
  };
  write(1, 1);
  write(1, 2);
  write(2, 3);
  const changes = [told(), told()].map((message) => [message.opcode, message.frames]);
  const late = told();

  facts.bcm = {
    cyclic,
    expired: { opcode, count, interval1Us, interval2Us, id },
    read: { opcode: read.opcode, interval1Us: read.interval1Us, frames: read.frames },
    sent,
    changes,
    late: [late.opcode, late.id, late.frames],
  };
}

{
  const open = (type, name, key, authSize) => {
    const algorithm = Socket.open(sys.AF_ALG, sys.SOCK_SEQPACKET);
    algorithm.bind(new Address(sys.sockaddrAlg({ type, name })));
    algorithm.setOption("ALG_SET_KEY", key);
    if (authSize) algorithm.setOption("ALG_SET_AEAD_AUTHSIZE", new Uint8Array(authSize));
    const socket = Socket.fromFd(sys.accept4(algorithm.fd, sys.SOCK_CLOEXEC));
    algorithm.close();
    return socket;
  };
  const python = (code) =>
    execFileSync(process.env.POLLUX_PYTHON ?? "python3", ["-I", "-S", "-c", code], {
      encoding: "utf8",
    }).trim();
  const [key, iv, plain] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2), Buffer.alloc(64, 3)];
  const run = (op, data) => {
    const socket = open("skcipher", "cbc(aes)", key);
    const control = [
      { type: "ALG_SET_OP", op },
      { type: "ALG_SET_IV", iv },
    ];
    socket.sendMessage(data, { control });
    const result = Buffer.alloc(data.length);
    socket.recv(result);
    socket.close();
    return result;
  };
  const encrypted = run(sys.ALG_OP_ENCRYPT, plain);
  const inPython = python(`import socket
s = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0); s.bind(("skcipher", "cbc(aes)"))
s.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, bytes([1]) * 16)
op, _ = s.accept()
op.sendmsg_afalg(op=socket.ALG_OP_ENCRYPT, iv=bytes([2]) * 16)
op.sendall(bytes([3]) * 64)
print(op.recv(64).hex())`);

  // Associated data and plain text in, both and the tag out: gcm(aes).
  const nonce = iv.subarray(0, 12);
  const associated = Buffer.from("associated");
  const aead = () => {
    const socket = open("aead", "gcm(aes)", key, 16);
    socket.sendMessage([associated, plain], {
      control: [
        { type: "ALG_SET_OP", op: sys.ALG_OP_ENCRYPT },
        { type: "ALG_SET_IV", iv: nonce },
        { type: "ALG_SET_AEAD_ASSOCLEN", sizeBytes: associated.length },
      ],
    });
    const result = Buffer.alloc(associated.length + plain.length + 16);
    socket.recv(result);
    socket.close();
    return result.subarray(associated.length);
  };
  const sealed = aead();
  const open_ = createDecipheriv("aes-128-gcm", key, nonce).setAAD(associated);
  open_.setAuthTag(sealed.subarray(plain.length));
  const opened = Buffer.concat([open_.update(sealed.subarray(0, plain.length)), open_.final()]);
  const node = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);

  facts.alg = {
    example: execFileSync(process.execPath, ["build-guest/programs/kernel_crypto.mjs"], {
      encoding: "utf8",
    }),
    decrypted: run(sys.ALG_OP_DECRYPT, encrypted).equals(plain),
    asNode: encrypted.equals(Buffer.concat([node.update(plain), node.final()])),
    asPython: encrypted.toString("hex") === inPython,
    aead: opened.equals(plain),
    address: sys.readSockaddrAlg(sys.sockaddrAlg({ type: "hash", name: "sha256", mask: 3 })),
  };
}

{
  const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  listener.bind({ address: "127.0.0.1", port: 0 }).listen();
  const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM).connectSync(listener.localAddress);
  const server = listener.accept();
  // struct tls12_crypto_info_aes_gcm_128: version, cipher_type, iv, key, salt, rec_seq.
  const info = Buffer.alloc(40, 7);
  info.set(new Uint8Array(Uint16Array.of(0x0303, 51).buffer));
  info.fill(0, 32);
  for (const socket of [client, server]) socket.setOption("TCP_ULP", "tls");
  client.setOption("TLS_TX", info);
  server.setOption("TLS_RX", info);
  client.send(Buffer.from("data"));
  client.sendMessage(Buffer.from("alert"), {
    control: [{ type: "TLS_SET_RECORD_TYPE", recordType: 21 }],
  });
  facts.tls = [0, 1].map(() => {
    const buffer = Buffer.alloc(16);
    const mux = new PollMultiplexer();
    mux.add(server, READABLE);
    mux.waitSync(30_000, () => undefined);
    mux.close();
    const message = server.recvMessage(buffer, { control: ["TLS_GET_RECORD_TYPE"] });
    const type = message.find("TLS_GET_RECORD_TYPE")?.recordType;
    return [type, buffer.toString("latin1", 0, message.size)];
  });
}

console.log(JSON.stringify(facts));
process.exit(0);
