import { describe, expect, it } from "vitest";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { opened, openPair, ORDER } from "./support.ts";

const IS_LITTLE_ENDIAN = ORDER === "<";

/** A DataView of the middle of a buffer, and the whole buffer as text. */
function viewOf(buffer: ArrayBuffer | SharedArrayBuffer): [view: DataView, text: () => string] {
  const all = Buffer.from(buffer);
  all.fill(".");
  return [new DataView(buffer, 2, 4), () => all.toString("latin1")];
}

/** A buffer that can be made smaller, which the declarations of this target do not know. */
function resizable(
  size: number,
  maxByteLength: number,
): ArrayBuffer & { resize(size: number): void } {
  return Reflect.construct(ArrayBuffer, [size, { maxByteLength }]) as ArrayBuffer & {
    resize(size: number): void;
  };
}

describe("DataViews", () => {
  it.each([
    ["ArrayBuffer", new ArrayBuffer(8)],
    ["SharedArrayBuffer", new SharedArrayBuffer(8)],
  ])("of an %s are filled and sent within their bounds", (_, buffer) => {
    const [here, there] = openPair();
    const [view, text] = viewOf(buffer);
    sys.send(there, Buffer.from("abcdefgh"));

    expect(sys.recv(here, view)).toBe(4);
    const first = text();
    expect(sys.recv(here, view, 1, 2)).toBe(2);

    expect([first, text()]).toEqual(["..abcd..", "..aefd.."]);
    expect(sys.send(here, view)).toBe(4);
    const back = Buffer.alloc(8);
    expect(back.toString("latin1", 0, sys.recv(there, back) ?? 0)).toBe("aefd");
  });

  it("are taken by the methods of a Socket, one or several", () => {
    const [here, there] = Socket.pair();
    const [view, text] = viewOf(new ArrayBuffer(8));
    there.send(Buffer.from("abcdefgh"));

    expect(here.recvMessage([new DataView(new ArrayBuffer(1)), view])?.size).toBe(5);
    expect(here.recvFrom(view, 3)?.size).toBe(1);

    expect(text()).toBe("..bcdf..");
    expect(there.writev([view, new DataView(new ArrayBuffer(0))])).toBe(4);
    expect(here.setOption(sys.SOL_SOCKET, sys.SO_PRIORITY, new DataView(new ArrayBuffer(4)))).toBe(
      here,
    );
    here.close();
    there.close();
  });

  it("are empty once their buffer was detached or no longer contains them", () => {
    const [here, there] = openPair();
    const buffer = new ArrayBuffer(8);
    const detached = new DataView(buffer, 2, 4);
    structuredClone(buffer, { transfer: [buffer] });
    const shrinking = resizable(8, 16);
    const shrunk = new DataView(shrinking, 2, 4);
    shrinking.resize(5);
    sys.send(there, Buffer.from("abcdefgh"));

    for (const view of [detached, shrunk]) {
      expect(sys.readv(here, [view])).toBe(0);
      expect(() => sys.recv(here, view, 0, 1)).toThrow(RangeError);
    }

    expect(Buffer.from(shrinking).toString("hex")).toBe("0000000000");
    expect(sys.recv(here, Buffer.alloc(9))).toBe(8);
  });

  it("of a buffer that has grown cover what they covered", () => {
    const [here, there] = openPair();
    const growing = resizable(4, 16);
    const [fixed, tracking] = [new DataView(growing, 1, 2), new DataView(growing, 1)];
    growing.resize(16);
    sys.send(there, Buffer.alloc(32, "x"));

    expect([sys.recv(here, fixed), sys.recv(here, tracking)]).toEqual([2, 15]);
  });

  it("hold raw control data: descriptors are sent from one, and received into another", () => {
    const [here, there] = openPair();
    const fd = Int32Array.of(there);
    const memory = new Uint8Array(64).fill(0xee);
    const message = { level: sys.SOL_SOCKET, type: sys.SCM_RIGHTS };
    const control = sys.cmsgWrite([{ ...message, data: new DataView(fd.buffer) }]);
    memory.set(control, 3);
    const received = new Uint8Array(64).fill(0xee);
    const header = new sys.MessageHeader(null, new DataView(received.buffer, 8, 48));

    sys.sendmsg(there, [Buffer.from("x")], null, new DataView(memory.buffer, 3, control.length));
    expect(sys.recvmsg(here, [new Uint8Array(1)], header, sys.MSG_CMSG_CLOEXEC)).toBe(1);

    const [rights] = sys.cmsgRead(received.subarray(8), header.controlLength);
    expect(rights).toMatchObject(message);
    const copy = opened(new DataView(rights!.data.slice().buffer).getInt32(0, IS_LITTLE_ENDIAN));
    expect(sys.fcntl(copy, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    sys.send(copy, Buffer.from("y"));
    expect(sys.recv(here, new Uint8Array(1))).toBe(1);
    expect([received[7], received[56]]).toEqual([0xee, 0xee]);
  });

  it("hold the data of a raw control message that a Socket sends", () => {
    const [here, there] = Socket.pair();
    const memory = new ArrayBuffer(16);
    const data = new DataView(memory, 8, 4);
    data.setInt32(0, there.fd, IS_LITTLE_ENDIAN);

    there.sendMessage(Buffer.from("x"), {
      control: [{ level: sys.SOL_SOCKET, type: sys.SCM_RIGHTS, data }],
    });
    const message = here.recvMessage(new Uint8Array(1), { controlSize: sys.cmsgSpace(4) });

    expect(message?.descriptors).toHaveLength(1);
    for (const each of [...(message?.descriptors ?? []), here, there]) each.close();
  });

  it("hold an address that getnameinfo(3) is asked about", () => {
    const address = sys.sockaddrIn("127.0.0.1", 80);
    const memory = new Uint8Array(64).fill(0xee);
    memory.set(address, 5);
    const numeric = sys.NI_NUMERICHOST | sys.NI_NUMERICSERV;

    const view = new DataView(memory.buffer, 5, address.length);

    expect(sys.getnameinfo(view, numeric)).toEqual(["127.0.0.1", "80"]);
    expect(() => sys.getnameinfo(new DataView(memory.buffer, 5, 8), numeric)).toThrow(
      expect.objectContaining({ name: "ResolveError", code: "EAI_FAMILY" }),
    );
  });

  it("are refused where they only look like one", () => {
    const [here] = openPair();

    expect(() => sys.recv(here, Object.create(DataView.prototype) as DataView, 0, 1)).toThrow(
      TypeError,
    );
    expect(() => sys.readv(here, [new Proxy(new DataView(new ArrayBuffer(1)), {})])).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});
