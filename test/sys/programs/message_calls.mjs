// Makes each call that moves messages once, and then once more; prints what came of it, and what
// descriptors are open that were not before.
import { openSync, readdirSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sys } from "../../../dist/lib/index.js";

const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_DGRAM | sys.SOCK_NONBLOCK);
const [from, to] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM | sys.SOCK_NONBLOCK);
const [readEnd, writeEnd] = sys.pipe2(sys.O_NONBLOCK);
const file = openSync(fileURLToPath(import.meta.url), "r");
const byte = new Uint8Array(1);
const rights = sys.cmsgWrite([
  { level: sys.SOL_SOCKET, type: sys.SCM_RIGHTS, data: new Uint8Array(Int32Array.of(0).buffer) },
]);
const messages = new sys.MessageVector(1, 1, 64);
const prepare = () => {
  messages.set(0, 1, 0, rights.length);
  messages.control.set(rights);
};
const close = (control) => {
  for (const { data } of sys.cmsgRead(control))
    sys.close(new DataView(data.buffer).getInt32(16, true));
};

const CALLS = {
  sendto: () => sys.sendto(there, byte, 0, 1, 0, null),
  recvfrom: () => sys.recvfrom(here, byte, 0, 1, 0, null, null),
  sendmsg: () => sys.sendmsg(there, [byte], null, rights),
  recvmsg() {
    const header = new sys.MessageHeader(null, new Uint8Array(64));
    const size = sys.recvmsg(here, [byte], header, sys.MSG_CMSG_CLOEXEC);
    if (size !== null) close(header.control.subarray(0, header.controlLength));
    return size;
  },
  sendmmsg() {
    prepare();
    return sys.sendmmsg(there, messages);
  },
  recvmmsg() {
    const count = sys.recvmmsg(here, messages);
    if (count) close(messages.control.slice(0, messages.controlLength(0)));
    return count;
  },
  writev: () => sys.writev(to, [byte]),
  readv: () => sys.readv(from, [byte]),
  sendfile: () => sys.sendfile(to, file, null, 1),
  splice: () => sys.splice(from, null, writeEnd, null, 1),
};

// By name: Node.js may close one of its own in between.
const open = () =>
  readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [`${fd}: ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return []; // that of the listing
    }
  });
const before = open();
const outcomes = {};
for (const [name, call] of Object.entries(CALLS)) {
  outcomes[name] = [0, 1].map(() => {
    try {
      return call();
    } catch ({ code, syscall, fd }) {
      return { code, syscall, named: typeof fd === "number" };
    }
  });
}
console.log(JSON.stringify({ outcomes, leaked: open().filter((one) => !before.includes(one)) }));
for (const fd of [here, there, from, to, readEnd, writeEnd]) sys.close(fd);
