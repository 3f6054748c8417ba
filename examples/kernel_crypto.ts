// Hashes and encrypts with the crypto API of the kernel (AF_ALG), and compares with node:crypto. It pays off where
// the algorithms have hardware of their own, or where keys must not be in the program's memory.
import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { Address, isSystemError, Socket, sys } from "pollux";

/** A socket for one computation: what bind(2) chooses an algorithm for, accept(2) opens. */
function open(type: string, name: string, key?: Uint8Array): Socket {
  using algorithm = Socket.open(sys.AF_ALG, sys.SOCK_SEQPACKET);
  algorithm.bind(new Address(sys.sockaddrAlg({ type, name })));
  if (key) algorithm.setOption("ALG_SET_KEY", key);
  // Without an address: these sockets have none, and the kernel would refuse to tell it.
  const fd = sys.accept4(algorithm.fd, sys.SOCK_CLOEXEC);
  if (fd === null) throw new Error("accept(2) of AF_ALG never waits");
  return Socket.fromFd(fd);
}

function hash(name: string, data: Uint8Array, size: number, key?: Uint8Array): Buffer {
  using socket = open("hash", name, key);
  const digest = Buffer.alloc(size);
  // MSG_MORE: more data follow. The first call without it ends the computation.
  socket.send(data, 0, 1, sys.MSG_MORE);
  socket.send(data, 1);
  socket.recv(digest);
  return digest;
}

function encrypt(data: Uint8Array, key: Uint8Array, iv: Uint8Array): Buffer {
  using socket = open("skcipher", "cbc(aes)", key);
  const encrypted = Buffer.alloc(data.length);
  socket.sendMessage(data, {
    control: [
      { type: "ALG_SET_OP", op: sys.ALG_OP_ENCRYPT },
      { type: "ALG_SET_IV", iv },
    ],
  });
  socket.recv(encrypted);
  return encrypted;
}

function compare(what: string, kernel: Buffer, node: Buffer): void {
  console.log(`${what}: ${kernel.equals(node) ? "the same" : "different"}`);
}

try {
  const [data, key, iv] = [randomBytes(4096), randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);

  compare("sha256", hash("sha256", data, 32), createHash("sha256").update(data).digest());
  compare(
    "hmac(sha1)",
    hash("hmac(sha1)", data, 20, key),
    createHmac("sha1", key).update(data).digest(),
  );
  compare("cbc(aes)", encrypt(data, key, iv), Buffer.concat([cipher.update(data), cipher.final()]));
} catch (error) {
  // EAFNOSUPPORT: a kernel without AF_ALG. ENOENT: it does not know the algorithm.
  if (!isSystemError(error, "EAFNOSUPPORT", "ENOENT")) throw error;
  console.log(`not in this kernel: ${error.message}`);
}
