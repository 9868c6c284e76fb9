//! Who receives the packets.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs, UdpSocket};

use serde::Serialize;

use crate::arguments::{Destination, ReportArguments};
use crate::failure::Failure;

/// Everybody who is sent to.
pub struct Receivers(Vec<Receiver>);

/// One of them.
struct Receiver {
    name: String,
    socket: UdpSocket,
    sent: u64,
    failed: u64,
    /// What was last said about it.
    told: Option<ErrorKind>,
}

/// How one of them fared.
#[derive(Debug, Serialize)]
pub struct Delivery {
    /// The receiver.
    pub to: String,
    /// Packets that left for it.
    pub sent: u64,
    /// Packets that could not leave, or that nobody took.
    pub failed: u64,
}

impl Receivers {
    /// Finds all of them; whether anybody listens there is another matter.
    pub fn find(destinations: &[Destination]) -> Result<Self, Failure> {
        let found: Result<_, _> = destinations.iter().map(Receiver::find).collect();
        Ok(Self(found?))
    }

    /// Sends a packet to everybody. What goes wrong is said once and does not end the stream.
    pub fn send(&mut self, packet: &[u8], report: &ReportArguments) {
        for receiver in &mut self.0 {
            receiver.send(packet, report);
        }
    }

    /// Their names, as in a sentence.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }

    /// How they fared.
    pub fn deliveries(self) -> Vec<Delivery> {
        let delivery = |one: Receiver| Delivery {
            to: one.name,
            sent: one.sent,
            failed: one.failed,
        };
        self.0.into_iter().map(delivery).collect()
    }
}

impl Receiver {
    fn find(destination: &Destination) -> Result<Self, Failure> {
        let Destination { host, port } = destination;
        let addresses = (host.as_str(), *port).to_socket_addrs();
        let mut addresses: Vec<SocketAddr> = addresses
            .map_err(|error| {
                Failure::Network(format!(
                    "the host '{host}' is not found ({error}); check its spelling, or give its address, such as 192.168.1.20"
                ))
            })?
            .collect();
        // Engines listen on version 4 first.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        let mut trouble = io::Error::from(ErrorKind::AddrNotAvailable);
        for address in addresses {
            match connected(address) {
                Ok(socket) => {
                    return Ok(Self {
                        name: destination.to_string(),
                        socket,
                        sent: 0,
                        failed: 0,
                        told: None,
                    });
                }
                Err(error) => trouble = error,
            }
        }
        Err(Failure::Network(format!(
            "there is no way to {destination} ({trouble}); check the address and this machine's network"
        )))
    }

    fn send(&mut self, packet: &[u8], report: &ReportArguments) {
        let mut result = self.socket.send(packet);
        // That nobody listens is heard after the packet before; this one has not left yet.
        if matches!(&result, Err(error) if error.kind() == ErrorKind::ConnectionRefused) {
            self.say(ErrorKind::ConnectionRefused, report);
            self.failed += 1;
            result = self.socket.send(packet);
        }
        match result {
            Ok(_) => self.sent += 1,
            Err(error) => {
                self.failed += 1;
                self.say(error.kind(), report);
            }
        }
    }

    /// Says once what is wrong. Nothing is lost but packets: who starts to listen later sees the
    /// face from then on.
    fn say(&mut self, kind: ErrorKind, report: &ReportArguments) {
        if self.told == Some(kind) {
            return;
        }
        self.told = Some(kind);
        let name = &self.name;
        report.warn(match kind {
            ErrorKind::ConnectionRefused => format!(
                "nobody listens at {name} yet; start the engine with its Live Link plugin, or check the port. The stream goes on"
            ),
            ErrorKind::PermissionDenied => format!(
                "this machine does not let packets out to {name}; allow this program in its firewall. The stream goes on"
            ),
            _ => format!(
                "packets to {name} do not leave ({}); check the network. The stream goes on",
                io::Error::from(kind)
            ),
        });
    }
}

/// A socket that knows its receiver, and so hears that nobody listens there.
fn connected(address: SocketAddr) -> io::Result<UdpSocket> {
    let any = match address {
        SocketAddr::V4(_) => "0.0.0.0:0",
        SocketAddr::V6(_) => "[::]:0",
    };
    let socket = UdpSocket::bind(any)?;
    // An address such as 192.168.1.255 reaches everybody.
    socket.set_broadcast(true)?;
    socket.connect(address)?;
    Ok(socket)
}
