import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openSocket } from "./support.ts";

describe("rtnetlink(7)", () => {
  it("answers RTM_GETLINK with RTM_NEWLINK for each interface, then NLMSG_DONE", () => {
    const fd = openSocket(sys.AF_NETLINK, sys.SOCK_RAW);
    const { nlmsghdr, ifinfomsg } = sys.structs;
    const request = Buffer.alloc(nlmsghdr.sizeof + ifinfomsg.sizeof);
    request.writeUInt32LE(request.length, nlmsghdr.fields.len.offset);
    request.writeUInt16LE(sys.RTM_GETLINK, nlmsghdr.fields.type.offset);
    request.writeUInt16LE(sys.NLM_F_REQUEST | sys.NLM_F_DUMP, nlmsghdr.fields.flags.offset);
    const buffer = Buffer.alloc(65536);

    sys.send(fd, request);

    const types: number[] = [];
    for (let length = sys.recv(fd, buffer); length !== null; length = sys.recv(fd, buffer)) {
      for (let at = 0; at < length; at += (buffer.readUInt32LE(at) + 3) & ~3) {
        types.push(buffer.readUInt16LE(at + nlmsghdr.fields.type.offset));
      }
    }
    const links = sys.ifNameindex().map(() => sys.RTM_NEWLINK);
    expect(types).toEqual([...links, sys.NLMSG_DONE]);
  });
});
