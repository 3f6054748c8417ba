//! An echo server on mio. bench/contenders/contender.ts says what it prints and answers.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::MaybeUninit;
use std::os::unix::io::AsRawFd;

use mio::net::{TcpListener, TcpStream};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token};

const BUFFER_SIZE: usize = 64 * 1024;
const MAX_EVENTS: usize = 1024;
// Connections have their descriptors as tokens, which are less than these.
const LISTENER: Token = Token(usize::MAX);
const INPUT: Token = Token(usize::MAX - 1);

struct Client {
    stream: TcpStream,
    /// What the kernel has not accepted yet.
    rest: Vec<u8>,
    sent: usize,
}

struct Server {
    listener: TcpListener,
    registry: Registry,
    clients: Vec<Option<Client>>,
    buffer: Box<[u8; BUFFER_SIZE]>,
}

impl Server {
    fn accept(&mut self) -> io::Result<()> {
        loop {
            let mut stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            stream.set_nodelay(true)?;
            let fd = stream.as_raw_fd() as usize;
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.registry.register(&mut stream, Token(fd), interest)?;
            if fd >= self.clients.len() {
                self.clients.resize_with(fd + 1, || None);
            }
            self.clients[fd] = Some(Client { stream, rest: Vec::new(), sent: 0 });
        }
    }

    fn serve(&mut self, fd: usize) {
        if let Some(client) = self.clients[fd].as_mut() {
            if !client.serve(&mut self.buffer[..]) {
                self.clients[fd] = None;
            }
        }
    }
}

impl Client {
    /// Goes on until the kernel would block, because mio is edge-triggered. `false` when the connection is over.
    fn serve(&mut self, buffer: &mut [u8]) -> bool {
        loop {
            match self.flush() {
                Ok(true) => {}
                Ok(false) => return true,
                Err(_) => return false,
            }
            let received = match self.stream.read(buffer) {
                Ok(0) => return false,
                Ok(received) => received,
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            };
            let sent = match self.stream.write(&buffer[..received]) {
                Ok(sent) => sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
                Err(_) => return false,
            };
            self.rest.extend_from_slice(&buffer[sent..received]);
        }
    }

    /// Whether all is sent.
    fn flush(&mut self) -> io::Result<bool> {
        while self.sent < self.rest.len() {
            match self.stream.write(&self.rest[self.sent..]) {
                Ok(sent) => self.sent += sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        if self.sent > 0 {
            self.rest = Vec::new();
            self.sent = 0;
        }
        Ok(true)
    }
}

/// Answers the lines of the input; `false` at its end.
fn answer() -> io::Result<bool> {
    let mut line = [0; 64];
    if io::stdin().lock().read(&mut line)? == 0 {
        return Ok(false);
    }
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage fills the structure, and cannot fail with these arguments.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    println!("{} {}", microseconds(usage.ru_utime), microseconds(usage.ru_stime));
    Ok(true)
}

fn microseconds(time: libc::timeval) -> i64 {
    time.tv_sec as i64 * 1_000_000 + time.tv_usec as i64
}

fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(MAX_EVENTS);
    let mut listener = TcpListener::bind("127.0.0.1:0".parse().unwrap())?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    poll.registry().register(&mut SourceFd(&libc::STDIN_FILENO), INPUT, Interest::READABLE)?;
    println!("{}", listener.local_addr()?.port());
    let mut server = Server {
        listener,
        registry: poll.registry().try_clone()?,
        clients: Vec::new(),
        buffer: Box::new([0; BUFFER_SIZE]),
    };
    loop {
        if let Err(error) = poll.poll(&mut events, None) {
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
            continue;
        }
        for event in &events {
            match event.token() {
                LISTENER => server.accept()?,
                INPUT => {
                    if !answer()? {
                        return Ok(());
                    }
                }
                Token(fd) => server.serve(fd),
            }
        }
    }
}
