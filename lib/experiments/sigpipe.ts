import type { Experiment } from "./experiment.ts";
import { tcpPair } from "./tcp_pair.ts";

/** What writing to a connection answers that the peer has closed. */
export const sigpipe: Experiment = {
  name: "sigpipe",
  summary: "what writing answers after the peer has closed, and why no signal ends the process",
  run(out) {
    const [client, server] = tcpPair(out);
    out.call("close", ["server"], () => server.close());
    out.remark("the kernel has sent FIN: the client may still write, as after a half-close");
    const answers = [1, 2, 3].map(() =>
      out.attempt("send", ["client", '"x"', 1, "MSG_NOSIGNAL"], () =>
        client.send(Buffer.from("x")),
      ),
    );
    out.remark("without MSG_NOSIGNAL, EPIPE would come with SIGPIPE, which ends a C program");
    const fails = answers.includes("EPIPE");
    return fails
      ? `Write by write the answers are ${answers.join(", ")}: the first one makes the peer reset the ` +
          "connection, and from then on each write fails with EPIPE; this process goes on."
      : `Write by write the answers are ${answers.join(", ")}.`;
  },
};
