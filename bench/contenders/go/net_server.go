// An echo server on package net: a goroutine for each connection.
package main

import (
	"context"
	"fmt"
	"net"
)

func main() {
	// No keep-alive probes, as the other servers.
	config := net.ListenConfig{KeepAlive: -1}
	listener, err := config.Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go answerCommands()
	for {
		connection, err := listener.Accept()
		if err != nil {
			fail(err)
		}
		go echo(connection)
	}
}

// io.Copy would move the bytes with splice(2), through a pipe: two system calls more for each message.
func echo(connection net.Conn) {
	defer connection.Close()
	buffer := make([]byte, bufferSize)
	for {
		n, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:n]); err != nil {
			return
		}
	}
}
