//! Names of children, and what a name means in one of them.

use crate::call::argument::{AddressExpr, Descriptor, IntArg, Name};
use crate::call::parameter::ArgumentMut;
use crate::call::process::ProcessArg;
use crate::call::{Call, Command};
use crate::notation::diagnostic::nearest;
use crate::world::resolve::Unresolved;
use crate::world::{Process, World};

/// The child with a name.
pub(crate) fn named<'a>(world: &'a World, name: &Name) -> Result<&'a Process, Unresolved> {
    world.child(name).ok_or_else(|| {
        let names: Vec<&str> = world
            .children()
            .filter_map(|own| Some(own.name.as_ref()?.as_str()))
            .collect();
        let hint = match nearest(name.as_str(), names.iter().copied()) {
            Some(likely) => format!("did you mean {likely}?"),
            None if names.is_empty() => format!("make one: {name} = fork()"),
            None => format!("there are {}", names.join(", ")),
        };
        Unresolved::UnknownChild {
            name: name.clone(),
            hint,
        }
    })
}

/// Replaces the names of children in the arguments by their numbers.
pub(crate) fn number(world: &World, call: &mut Call) -> Result<(), Unresolved> {
    let pid = |name: &Name| named(world, name).map(|own| own.pid().unwrap_or(-1));
    let mut result = Ok(());
    call.visit_mut(&mut |argument| match argument {
        ArgumentMut::Process(process) => {
            if let ProcessArg::Named(name) = process {
                match pid(name) {
                    Ok(pid) => *process = ProcessArg::Number(pid),
                    Err(reason) => result = Err(reason),
                }
            }
        }
        ArgumentMut::FcntlArg(Some(argument)) => {
            if let IntArg::Child(name) = argument {
                match pid(name) {
                    Ok(pid) => *argument = IntArg::Number(pid),
                    Err(reason) => result = Err(reason),
                }
            }
        }
        _ => {}
    });
    result
}

/// Makes the names of descriptors those that the child has which makes the call.
pub(crate) fn qualify(world: &World, command: &Command, call: &mut Call) -> Result<(), Unresolved> {
    let Some(process) = &command.process else {
        return Ok(());
    };
    let mut result = Ok(());
    let mut qualified = |descriptor: &mut Descriptor| {
        if let Descriptor::Named(name) = descriptor {
            match in_child(world, process, name) {
                Ok(name) => *descriptor = Descriptor::Named(name),
                Err(reason) => result = Err(reason),
            }
        }
    };
    if let Some(socket) = call.socket_mut() {
        qualified(socket);
    }
    call.others_mut().into_iter().for_each(qualified);
    result
}

/// The name that a descriptor of a child has in the world.
pub(crate) fn in_child(world: &World, process: &Name, name: &Name) -> Result<Name, Unresolved> {
    let qualified = name.in_process(process);
    if world.named(&qualified).is_some() {
        return Ok(qualified);
    }
    let all = world.descriptors().map(|own| own.name().clone());
    let all = all.filter(|own| own.process().as_ref() == Some(process));
    let names: Vec<String> = all.map(|own| own.base().to_string()).collect();
    let hint = if world.named(name).is_some() {
        "fork() copies the descriptors that are open at that moment, and this one was not"
            .to_owned()
    } else if let Some(likely) = nearest(name.as_str(), names.iter().map(String::as_str)) {
        format!("did you mean {likely}?")
    } else if names.is_empty() {
        "no descriptor was open when fork() made it".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    Err(Unresolved::NotInChild {
        name: name.clone(),
        process: process.clone(),
        hint,
    })
}

/// The name of a socket whose address is asked for in a line for a child: of the child, if it has one of that name, else of
/// this process.
pub(crate) fn other(world: &World, command: &Command, name: &Name) -> Name {
    let qualified = command.qualified(name);
    match world.named(&qualified) {
        Some(_) => qualified,
        None => name.clone(),
    }
}

/// The address of a socket in a line for a child.
pub(crate) fn address(world: &World, command: &Command, place: &AddressExpr) -> AddressExpr {
    let own = |name: &Name| other(world, command, name);
    match place {
        AddressExpr::LocalOf(name) => AddressExpr::LocalOf(own(name)),
        AddressExpr::PortOf { host, of } => AddressExpr::PortOf {
            host: *host,
            of: own(of),
        },
        other => other.clone(),
    }
}
