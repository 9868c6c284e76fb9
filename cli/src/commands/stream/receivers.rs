//! Sends packets to receivers over UDP.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs, UdpSocket};

use serde::Serialize;

use crate::arguments::{Destination, ReportArguments};
use crate::failure::Failure;

/// The receivers of a stream.
pub struct Receivers(Vec<Receiver>);

struct Receiver {
    name: String,
    socket: UdpSocket,
    sent: u64,
    failed: u64,
    /// The error of the last warning.
    warned: Option<ErrorKind>,
}

/// The packets of one receiver.
#[derive(Debug, Serialize)]
pub struct Delivery {
    /// The receiver.
    pub to: String,
    /// Packets that were sent.
    pub sent: u64,
    /// Packets that could not be sent, or were rejected.
    pub failed: u64,
}

impl Receivers {
    /// Resolves all addresses. Does not check whether a program receives there.
    pub fn find(destinations: &[Destination]) -> Result<Self, Failure> {
        let found: Result<_, _> = destinations.iter().map(Receiver::find).collect();
        Ok(Self(found?))
    }

    /// Sends a packet to all receivers. Errors give a warning and do not stop the stream.
    pub fn send(&mut self, packet: &[u8], report: &ReportArguments) {
        for receiver in &mut self.0 {
            receiver.send(packet, report);
        }
    }

    /// The names of all receivers, separated by commas.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|one| one.name.as_str()).collect();
        names.join(", ")
    }

    /// The packets of all receivers.
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
        let resolved = (host.as_str(), *port).to_socket_addrs();
        let mut addresses: Vec<SocketAddr> = resolved
            .map_err(|error| {
                Failure::Network(format!(
                    "the host '{host}' is not found ({error}); check its spelling, or give its address, such as 192.168.1.20"
                ))
            })?
            .collect();
        // Engines receive on IPv4 by default.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        let mut last_error = io::Error::from(ErrorKind::AddrNotAvailable);
        for address in addresses {
            match connected(address) {
                Ok(socket) => {
                    return Ok(Self {
                        name: destination.to_string(),
                        socket,
                        sent: 0,
                        failed: 0,
                        warned: None,
                    });
                }
                Err(error) => last_error = error,
            }
        }
        Err(Failure::Network(format!(
            "cannot reach {destination} ({last_error}); check the address and this machine's network"
        )))
    }

    fn send(&mut self, packet: &[u8], report: &ReportArguments) {
        let mut result = self.socket.send(packet);
        // This error belongs to the previous packet, so the current one is sent again.
        if matches!(&result, Err(error) if error.kind() == ErrorKind::ConnectionRefused) {
            self.warn(ErrorKind::ConnectionRefused, report);
            self.failed += 1;
            result = self.socket.send(packet);
        }
        match result {
            Ok(_) => self.sent += 1,
            Err(error) => {
                self.failed += 1;
                self.warn(error.kind(), report);
            }
        }
    }

    /// Prints a warning, unless the last warning was the same. The stream continues, because a program
    /// may start to receive later.
    fn warn(&mut self, kind: ErrorKind, report: &ReportArguments) {
        if self.warned == Some(kind) {
            return;
        }
        self.warned = Some(kind);
        let name = &self.name;
        report.warn(match kind {
            ErrorKind::ConnectionRefused => format!(
                "no program receives at {name} yet; start the engine with its Live Link plugin, or check the port. The stream continues"
            ),
            ErrorKind::PermissionDenied => format!(
                "this machine blocks packets to {name}; allow this program in its firewall. The stream continues"
            ),
            _ => format!(
                "packets to {name} cannot be sent ({}); check the network. The stream continues",
                io::Error::from(kind)
            ),
        });
    }
}

/// A socket that is connected to its receiver, so that it gets an error if no program receives there.
fn connected(address: SocketAddr) -> io::Result<UdpSocket> {
    let any = match address {
        SocketAddr::V4(_) => "0.0.0.0:0",
        SocketAddr::V6(_) => "[::]:0",
    };
    let socket = UdpSocket::bind(any)?;
    // Allows broadcast addresses such as 192.168.1.255.
    socket.set_broadcast(true)?;
    socket.connect(address)?;
    Ok(socket)
}
