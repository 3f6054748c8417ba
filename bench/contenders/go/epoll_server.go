// An echo server on epoll, level-triggered, through package syscall.
package main

import (
	"fmt"
	"syscall"
)

const maxEvents = 1024

type server struct {
	epoll    int
	listener int
	buffer   [bufferSize]byte
	// What the kernel has not accepted yet, by descriptor.
	rest map[int][]byte
}

func main() {
	listener, port := listen()
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	must(err)
	s := &server{epoll: epoll, listener: listener, rest: make(map[int][]byte)}
	s.control(syscall.EPOLL_CTL_ADD, listener, syscall.EPOLLIN)
	fmt.Println(port)
	go answerCommands()
	s.run()
}

func listen() (fd, port int) {
	fd, err := syscall.Socket(syscall.AF_INET,
		syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	must(err)
	// Accepted sockets inherit it.
	must(syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
	must(syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	must(syscall.Listen(fd, 4096))
	address, err := syscall.Getsockname(fd)
	must(err)
	return fd, address.(*syscall.SockaddrInet4).Port
}

func (s *server) run() {
	var events [maxEvents]syscall.EpollEvent
	for {
		n, err := syscall.EpollWait(s.epoll, events[:], -1)
		if err == syscall.EINTR {
			continue
		}
		must(err)
		for _, event := range events[:n] {
			fd := int(event.Fd)
			if fd == s.listener {
				s.accept()
			} else if len(s.rest[fd]) > 0 {
				s.send(fd, s.rest[fd])
			} else {
				s.receive(fd)
			}
		}
	}
}

func (s *server) accept() {
	for {
		fd, _, err := syscall.Accept4(s.listener, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		s.control(syscall.EPOLL_CTL_ADD, fd, syscall.EPOLLIN)
	}
}

func (s *server) receive(fd int) {
	n, err := syscall.Read(fd, s.buffer[:])
	if err == syscall.EAGAIN {
		return
	}
	if n <= 0 || err != nil {
		s.drop(fd)
		return
	}
	s.send(fd, s.buffer[:n])
}

func (s *server) send(fd int, data []byte) {
	n, err := syscall.Write(fd, data)
	if err == syscall.EAGAIN {
		n, err = 0, nil
	}
	if err != nil {
		s.drop(fd)
		return
	}
	_, waited := s.rest[fd]
	if n < len(data) {
		if waited {
			s.rest[fd] = data[n:]
			return
		}
		s.rest[fd] = append([]byte(nil), data[n:]...)
		s.control(syscall.EPOLL_CTL_MOD, fd, syscall.EPOLLOUT)
	} else if waited {
		delete(s.rest, fd)
		s.control(syscall.EPOLL_CTL_MOD, fd, syscall.EPOLLIN)
	}
}

func (s *server) drop(fd int) {
	delete(s.rest, fd)
	syscall.Close(fd)
}

func (s *server) control(operation, fd int, events uint32) {
	must(syscall.EpollCtl(s.epoll, operation, fd, &syscall.EpollEvent{Events: events, Fd: int32(fd)}))
}

func must(err error) {
	if err != nil {
		fail(err)
	}
}
