import type { RequestListener, Server } from "node:http";

/** What a web server of `pollux serve` answers with. */
export interface Site {
  readonly onRequest: RequestListener;
  /** Takes more than requests from the server. */
  attach?(server: Server): void;
  /** Asks those who would stay for ever to leave: the server stops. */
  close?(): void;
}
