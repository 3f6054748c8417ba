import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import * as options from "../../lib/sys/sockopt_sctp.ts";
import { opened } from "./support.ts";

function openSctp(): number | null {
  try {
    return opened(sys.socket(sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_SCTP));
  } catch (error) {
    expect(error).toMatchObject({ code: "EPROTONOSUPPORT", syscall: "socket" });
    return null;
  }
}

describe("the options of sctp(7)", () => {
  it("are numbers of their own", () => {
    const numbers = Object.values(options);

    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("are options that the kernel knows", ({ skip }) => {
    const fd = openSctp();
    if (fd === null) return skip("this kernel has no SCTP");

    sys.setsockopt(fd, sys.IPPROTO_SCTP, options.SCTP_NODELAY, 1);

    expect(sys.getsockopt(fd, sys.IPPROTO_SCTP, options.SCTP_NODELAY)).toBe(1);
  });
});
