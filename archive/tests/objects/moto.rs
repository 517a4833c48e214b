//! A moto server for one test, ended with it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) struct Moto {
    program: Child,
    port: u16,
}

impl Moto {
    /// Starts one with an empty bucket `archive`; `None`, with a message, when there is no program.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = std::env::var_os("OBHUT_MOTO") else {
            eprintln!("skipped: OBHUT_MOTO does not name a moto_server program");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let program = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let mut moto = Self { program, port };
        moto.wait();
        Some(moto)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Until it answers; then the bucket is there too.
    fn wait(&mut self) {
        while !self.make_bucket() {
            assert!(
                self.program.try_wait().expect("its state").is_none(),
                "moto has ended"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn make_bucket(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return false;
        };
        let request = format!(
            "PUT /archive HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.port
        );
        let mut answer = String::new();
        stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.split(' ').nth(1) == Some("200")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
