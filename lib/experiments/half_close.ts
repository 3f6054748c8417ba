import * as sys from "../sys/index.ts";
import type { Experiment } from "./experiment.ts";
import { tcpPair } from "./tcp_pair.ts";

/** What each direction can still do after shutdown(2) of the other one. */
export const halfClose: Experiment = {
  name: "half-close",
  summary: "what a connection can still do after one side has ended its direction",
  run(out) {
    const [client, server] = tcpPair(out);
    const buffer = new Uint8Array(64);
    out.call("send", ["client", '"question"', 8, "MSG_NOSIGNAL"], () =>
      client.send(Buffer.from("question")),
    );
    out.call("shutdown", ["client", "SHUT_WR"], () => client.shutdown(sys.SHUT_WR));
    out.call("recv", ["server", "buffer", 64, 0], () => server.recv(buffer));
    const end = out.call("recv", ["server", "buffer", 64, 0], () => server.recv(buffer));
    out.remark("the server has read the end, and answers all the same");
    out.call("send", ["server", '"answer"', 6, "MSG_NOSIGNAL"], () =>
      server.send(Buffer.from("answer")),
    );
    const got = out.call("recv", ["client", "buffer", 64, 0], () => client.recv(buffer));
    return end === 0 && got === 6
      ? "After SHUT_WR the peer reads the end of the stream, and its answer still arrives."
      : `The server read ${String(end)} at the end, and the client ${String(got)} bytes of the answer.`;
  },
};
