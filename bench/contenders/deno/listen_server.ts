import { announce } from "../../support/answering.ts";

interface DenoConnection {
  read(buffer: Uint8Array): Promise<number | null>;
  write(data: Uint8Array): Promise<number>;
  setNoDelay(noDelay: boolean): void;
  close(): void;
}

// The part of Deno's API that is used here. This file runs in Deno only.
declare const Deno: {
  listen(options: { readonly hostname: string; readonly port: number }): {
    readonly addr: { readonly port: number };
  } & AsyncIterable<DenoConnection>;
};

async function echo(connection: DenoConnection): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  connection.setNoDelay(true);
  try {
    for (;;) {
      const received = await connection.read(buffer);
      if (received === null) return;
      for (let sent = 0; sent < received;) {
        sent += await connection.write(buffer.subarray(sent, received));
      }
    }
  } catch {
    // A load generator that ends resets its connections.
  } finally {
    connection.close();
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
announce(listener.addr.port);
for await (const connection of listener) void echo(connection);
