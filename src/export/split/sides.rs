//! Which side of a session makes which call: the server's or the client's.
//!
//! A listener and the connections that it accepted are one side, the sockets that connected to it the other. For datagrams
//! the socket that is addressed first is the server's. What is duplicated, watched together or used by one child is on one
//! side; a call with sockets of both sides cannot be in two programs.

use std::collections::BTreeMap;

use crate::call::Call;
use crate::call::argument::{AddressExpr, Descriptor};
use crate::call::column::Role;
use crate::call::process::ProcessArg;
use crate::event::{CallId, DescriptorId};
use crate::export::Side;
use crate::export::plan::{line_of, variable};
use crate::export::split::groups::{Groups, Node};
use crate::socket::endpoint::{Bound, reaches};
use crate::socket::{Address, UnixName};
use crate::world::{OpenFileId, Record, World};

/// A socket of the server's side that the client's reaches by its address.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// Its variable.
    pub(crate) variable: String,
    /// Its address in the session.
    pub(crate) address: Address,
    /// What it is.
    pub(crate) file: OpenFileId,
}

/// A call that reaches a socket of the other side by its address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    /// The call.
    pub(crate) call: CallId,
    /// The socket that it reached.
    pub(crate) to: OpenFileId,
}

/// Who makes which call.
#[derive(Debug)]
pub(crate) struct Sides {
    calls: BTreeMap<CallId, Side>,
    files: BTreeMap<OpenFileId, Side>,
    /// The sockets that the client needs the address of, in their order.
    pub(crate) endpoints: Vec<Endpoint>,
    /// The calls across.
    pub(crate) links: Vec<Link>,
    /// The call after which the client can be started.
    pub(crate) ready: CallId,
    /// The addresses that calls of bind() gave.
    given: Vec<Address>,
}

impl Sides {
    /// The sides of a session.
    ///
    /// # Errors
    ///
    /// Why it cannot be in two programs, as a sentence.
    pub(crate) fn of(world: &World) -> Result<Self, String> {
        let binds = world.log().iter();
        let binds = binds.filter(|record| matches!(record.call(), Call::Bind { .. }));
        let mut finder = Finder {
            world,
            given: binds.flat_map(reached).collect(),
            groups: Groups::default(),
            locals: BTreeMap::new(),
            links: Vec::new(),
            endpoints: Vec::new(),
        };
        finder.join_made_together();
        finder.link()?;
        finder.join_used_together()?;
        finder.sides()
    }

    /// Who makes a call. Nothing for a call that is in both programs.
    pub(crate) fn side(&self, call: CallId) -> Option<Side> {
        self.calls.get(&call).copied()
    }

    /// Whether the kernel chose an address.
    pub(crate) fn is_chosen(&self, address: &Address) -> bool {
        !self.given.contains(address)
    }

    /// Whose an open file description is.
    pub(crate) fn side_of(&self, file: OpenFileId) -> Option<Side> {
        self.files.get(&file).copied()
    }
}

struct Finder<'a> {
    world: &'a World,
    groups: Groups,
    /// The addresses that are known so far.
    locals: BTreeMap<OpenFileId, (Address, DescriptorId)>,
    links: Vec<Link>,
    endpoints: Vec<Endpoint>,
    /// The addresses that calls of bind() gave.
    given: Vec<Address>,
}

impl Finder<'_> {
    fn file(&self, descriptor: DescriptorId) -> Option<OpenFileId> {
        let handle = self.world.descriptor(descriptor)?;
        Some(handle.file_id())
    }

    fn node(&self, descriptor: DescriptorId) -> Option<Node> {
        self.file(descriptor).map(Node::File)
    }

    /// What one call makes is on one side: a connection on that of its listener.
    fn join_made_together(&mut self) {
        let mut first: BTreeMap<CallId, Node> = BTreeMap::new();
        for handle in self.world.descriptors() {
            let Some(record) = self.world.call(handle.created_by()) else {
                continue;
            };
            let node = Node::File(handle.file_id());
            let accepts = record.call().call_kind().role() == Role::Accepts;
            let with = match record.on().filter(|_| accepts) {
                Some(listener) => self.node(listener),
                None if makes_pair(record.call()) => Some(
                    first
                        .entry(record.id())
                        .or_insert_with(|| node.clone())
                        .clone(),
                ),
                None => None,
            };
            // None of them has a side yet.
            let _ = with.and_then(|with| self.groups.join(&node, &with));
        }
    }

    /// Finds the calls that reach another socket, in their order.
    fn link(&mut self) -> Result<(), String> {
        for record in self.world.log().iter() {
            let Some(from) = record.on().and_then(|on| self.file(on)) else {
                continue;
            };
            let role = record.call().call_kind().role();
            if matches!(role, Role::Connects | Role::Sends) {
                for to in reached(record) {
                    if let Some(to) = self.receiver(record, from, &to) {
                        self.add_link(record, from, to)?;
                    }
                }
            }
            if let (Some(local), Some(on)) = (record.local(), record.on())
                && !local.is_unset()
            {
                self.locals.insert(from, (local.clone(), on));
            }
        }
        match self.links.is_empty() {
            true => Err("no socket of the session reaches another one by its address".to_owned()),
            false => Ok(()),
        }
    }

    fn add_link(
        &mut self,
        record: &Record,
        from: OpenFileId,
        to: OpenFileId,
    ) -> Result<(), String> {
        let nodes = (Node::File(from), Node::File(to));
        if self.groups.root(&nodes.0) == self.groups.root(&nodes.1) {
            return Ok(());
        }
        let other = |side: Side| match side {
            Side::Server => Side::Client,
            Side::Client => Side::Server,
        };
        let own = self.groups.side(&nodes.0);
        let its = self.groups.side(&nodes.1);
        let own = own.or_else(|| its.map(other)).unwrap_or(Side::Client);
        let put = self.groups.put(&nodes.0, own);
        let put = put.and_then(|()| self.groups.put(&nodes.1, other(own)));
        if put.is_none() {
            let line = line_of(record);
            return Err(format!(
                "`{line}` connects two sockets of one side: the session has more than two"
            ));
        }
        self.links.push(Link {
            call: record.id(),
            to,
        });
        if own == Side::Client && !self.endpoints.iter().any(|known| known.file == to) {
            self.add_endpoint(to)?;
        }
        Ok(())
    }

    fn add_endpoint(&mut self, file: OpenFileId) -> Result<(), String> {
        let Some((address, on)) = self.locals.get(&file) else {
            return Ok(());
        };
        let handle = self.world.descriptor(*on);
        let name = handle.map_or_else(String::new, |handle| variable(handle.name()));
        if matches!(address, Address::Unix(UnixName::Abstract(_))) && !self.given.contains(address)
        {
            return Err(format!(
                "the kernel chose the name of {name}, and the client's program cannot know it"
            ));
        }
        self.endpoints.push(Endpoint {
            variable: name,
            address: address.clone(),
            file,
        });
        Ok(())
    }

    /// The socket that is reached by an address.
    fn receiver(&self, record: &Record, from: OpenFileId, to: &Address) -> Option<OpenFileId> {
        let own = self.world.descriptor(record.on()?)?;
        let alike = self.locals.iter().filter(|(file, (_, on))| {
            let other = self.world.descriptor(*on);
            **file != from
                && other.is_some_and(|other| {
                    other.socket_type() == own.socket_type() && !other.is_accepted()
                })
        });
        let near = alike.filter_map(|(file, (address, _))| {
            let bound = Bound {
                address,
                v6_only: false,
            };
            reaches(to, bound).map(|how| (how, *file))
        });
        near.max().map(|(_, file)| file)
    }

    /// What one call uses is on one side, and what one child uses.
    fn join_used_together(&mut self) -> Result<(), String> {
        for record in self.world.log().iter() {
            let own = record.on().into_iter();
            let all = own.chain(record.request.others.iter().copied());
            let made = record.new_descriptors().iter().copied();
            let all = all.chain(made.filter(|_| duplicates(record.call())));
            let mut nodes: Vec<Node> = all.filter_map(|id| self.node(id)).collect();
            if let Some(child) = &record.request.command.process
                && !matches!(record.call(), Call::Close { .. })
            {
                nodes.push(Node::Child(variable(child)));
            }
            for pair in nodes.windows(2) {
                if self.groups.join(&pair[0], &pair[1]).is_none() {
                    let line = line_of(record);
                    return Err(format!("`{line}` uses sockets of both sides"));
                }
            }
        }
        Ok(())
    }

    /// The side of a call, where it is that of what the call is about.
    fn side(&self, record: &Record) -> Option<Side> {
        let child = record.request.command.process.as_ref();
        let of_child = |name: &str| {
            let side = self.groups.side(&Node::Child(name.to_owned()));
            side.unwrap_or(Side::Server)
        };
        if let Some(child) = child {
            return Some(of_child(&variable(child)));
        }
        if let Call::Kill { process, .. } | Call::Waitpid { process, .. } = record.call()
            && let ProcessArg::Named(name) = process
        {
            return Some(of_child(&variable(name)));
        }
        if let Some(made) = self.world.child_made_by(record.id()) {
            return made.name.as_ref().map(|name| of_child(&variable(name)));
        }
        let others = record.request.others.iter().copied();
        let made = record.new_descriptors().iter().copied();
        let about = record.on().into_iter().chain(others).chain(made).next();
        match about.and_then(|id| self.node(id)) {
            Some(node) => Some(self.side_of(&node)),
            None => {
                let all = reached(record);
                let at = all.iter().find_map(|to| {
                    self.locals
                        .iter()
                        .find(|(_, (address, _))| address == to)
                        .map(|(file, _)| Node::File(*file))
                });
                at.map(|node| self.side_of(&node))
            }
        }
    }

    fn side_of(&self, node: &Node) -> Side {
        self.groups.side(node).unwrap_or_else(|| {
            let connects = |record: &Record| {
                let role = record.call().call_kind().role();
                let reaches = matches!(role, Role::Connects | Role::Sends);
                let on = record.on().and_then(|on| self.node(on));
                reaches
                    && !reached(record).is_empty()
                    && on.is_some_and(|on| self.groups.root(&on) == self.groups.root(node))
            };
            match self.world.log().iter().any(connects) {
                true => Side::Client,
                false => Side::Server,
            }
        })
    }

    fn sides(self) -> Result<Sides, String> {
        let mut calls = BTreeMap::new();
        let mut without = Vec::new();
        let mut last = Side::Server;
        // A name keeps its side when its descriptor is closed.
        let mut names: BTreeMap<String, Side> = BTreeMap::new();
        for record in self.world.log().iter() {
            let named = match record.call().socket() {
                Some(Descriptor::Named(name)) => names.get(&variable(name)).copied(),
                Some(Descriptor::Raw(_)) | None => None,
            };
            match self.side(record).or(named) {
                Some(side) => {
                    for id in record.new_descriptors() {
                        if let Some(made) = self.world.descriptor(*id) {
                            names.insert(variable(made.name()), side);
                        }
                    }
                    // What is about no socket is done for what follows.
                    calls.extend(without.drain(..).map(|id| (id, side)));
                    calls.insert(record.id(), side);
                    last = side;
                }
                None => without.push(record.id()),
            }
        }
        calls.extend(without.drain(..).map(|id| (id, last)));
        let files = self.world.descriptors().map(|handle| {
            let file = handle.file_id();
            (file, self.side_of(&Node::File(file)))
        });
        let files = files.collect();
        let ready = self.ready()?;
        Ok(Sides {
            calls,
            files,
            endpoints: self.endpoints,
            links: self.links,
            ready,
            given: self.given,
        })
    }

    /// The call after which all sockets can be reached that the client reaches.
    fn ready(&self) -> Result<CallId, String> {
        let position = |id: CallId| self.world.log().iter().position(|own| own.id() == id);
        let worked = |link: &&Link| {
            let call = self.world.call(link.call);
            call.and_then(Record::outcome)
                .is_none_or(|outcome| outcome.errno().is_none())
        };
        let first = self
            .links
            .iter()
            .find(worked)
            .or_else(|| self.links.first());
        let first = first.and_then(|link| position(link.call)).unwrap_or(0);
        let mut ready: Option<(usize, CallId)> = None;
        for endpoint in &self.endpoints {
            let is_its =
                |record: &&Record| record.on().and_then(|on| self.file(on)) == Some(endpoint.file);
            let before = self.world.log().iter().take(first);
            let own: Vec<&Record> = before.filter(is_its).collect();
            let listens = own
                .iter()
                .rfind(|record| matches!(record.call(), Call::Listen { .. }));
            let is_bound =
                |record: &&&Record| record.local().is_some_and(|local| !local.is_unset());
            let found = listens.or_else(|| own.iter().find(is_bound));
            if let Some(record) = found {
                let at = position(record.id()).unwrap_or(0);
                ready = Some((at, record.id())).max(ready);
            } else if endpoint.address.internet().is_some()
                && !self.given.contains(&endpoint.address)
            {
                return Err(format!(
                    "{} gets its port after the client has begun, and the port is an argument of the client",
                    endpoint.variable
                ));
            }
        }
        let (_, ready) = ready.ok_or("no socket is ready before another one reaches it")?;
        Ok(ready)
    }
}

/// The addresses that a call is given.
pub(crate) fn reached(record: &Record) -> Vec<Address> {
    let mut call = record.request.call.as_ref().clone();
    let all = call.addresses_mut().into_iter();
    let literal = |address: &AddressExpr| match address {
        AddressExpr::Literal(address) => Some(address.clone()),
        _ => None,
    };
    all.filter_map(|arg| literal(&arg.place)).collect()
}

fn makes_pair(call: &Call) -> bool {
    matches!(call, Call::Socketpair { .. } | Call::Pipe { .. })
}

fn duplicates(call: &Call) -> bool {
    call.call_kind().role() == Role::Duplicates
}
