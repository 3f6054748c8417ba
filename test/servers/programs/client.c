// client daytime ADDRESS PORT: the daytime client of the notes. Reads to the end, and prints.
// client echo [LINES]: as a service of inetd: 0 and 1 are the socket. Sends lines and compares what comes back.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int daytime(const char* address, int port) {
  struct sockaddr_in server;
  memset(&server, 0, sizeof server);
  server.sin_family = AF_INET;
  server.sin_port = htons((unsigned short)port);
  if (inet_pton(AF_INET, address, &server.sin_addr) != 1) return 2;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr*)&server, sizeof server) != 0) return 3;
  char line[64];
  for (;;) {
    const ssize_t received = read(fd, line, sizeof line);
    if (received < 0) return 4;
    if (received == 0) return 0;
    fwrite(line, 1, (size_t)received, stdout);
  }
}

static int echo(int lines) {
  char sent[64], received[64];
  for (int line = 0; line < lines; line++) {
    snprintf(sent, sizeof sent, "line %d\n", line);
    if (fputs(sent, stdout) < 0 || fflush(stdout) != 0) return 3;
    if (!fgets(received, sizeof received, stdin)) return 4;
    if (strcmp(sent, received) != 0) return 5;
  }
  shutdown(1, SHUT_WR);
  if (fgets(received, sizeof received, stdin)) return 6;
  fprintf(stderr, "%d lines\n", lines);
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 4 && strcmp(argv[1], "daytime") == 0) return daytime(argv[2], atoi(argv[3]));
  if (argc == 3 && strcmp(argv[1], "echo") == 0) return echo(atoi(argv[2]));
  return 2;
}
