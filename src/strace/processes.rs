//! The calls that make processes, clone(2) and clone3(2), as strace(1) prints them.

use crate::call::syscall::Syscall;
use crate::strace::bytes::POINTER;
use crate::strace::number::signal;

/// CLONE_ flags, in the order in which they are printed.
const FLAGS: [(u64, &str); 25] = [
    (0x100, "CLONE_VM"),
    (0x200, "CLONE_FS"),
    (0x400, "CLONE_FILES"),
    (0x800, "CLONE_SIGHAND"),
    (PIDFD, "CLONE_PIDFD"),
    (0x2000, "CLONE_PTRACE"),
    (0x4000, "CLONE_VFORK"),
    (0x8000, "CLONE_PARENT"),
    (0x1_0000, "CLONE_THREAD"),
    (0x2_0000, "CLONE_NEWNS"),
    (0x4_0000, "CLONE_SYSVSEM"),
    (SETTLS, "CLONE_SETTLS"),
    (PARENT_SETTID, "CLONE_PARENT_SETTID"),
    (CHILD_CLEARTID, "CLONE_CHILD_CLEARTID"),
    (0x80_0000, "CLONE_UNTRACED"),
    (CHILD_SETTID, "CLONE_CHILD_SETTID"),
    (0x200_0000, "CLONE_NEWCGROUP"),
    (0x400_0000, "CLONE_NEWUTS"),
    (0x800_0000, "CLONE_NEWIPC"),
    (0x1000_0000, "CLONE_NEWUSER"),
    (0x2000_0000, "CLONE_NEWPID"),
    (0x4000_0000, "CLONE_NEWNET"),
    (0x8000_0000, "CLONE_IO"),
    (0x1_0000_0000, "CLONE_CLEAR_SIGHAND"),
    (0x2_0000_0000, "CLONE_INTO_CGROUP"),
];
const PIDFD: u64 = 0x1000;
const SETTLS: u64 = 0x8_0000;
const PARENT_SETTID: u64 = 0x10_0000;
const CHILD_CLEARTID: u64 = 0x20_0000;
const CHILD_SETTID: u64 = 0x100_0000;
/// The low bits of the flags of clone(2) are the signal that tells the parent of the end.
const SIGNAL: u64 = 0xff;

/// clone(2) with its arguments in the order of x86-64: flags, stack, where the number goes in the parent and in the child,
/// thread-local storage.
pub(crate) fn clone([flags, stack, parent, child, tls]: [u64; 5]) -> Syscall {
    let number = i32::try_from(flags & SIGNAL).unwrap_or(0);
    let names = match (names(flags & !SIGNAL), number) {
        (None, 0) => "0".to_owned(),
        (None, number) => signal(number),
        (Some(names), 0) => names,
        (Some(names), number) => format!("{names}|{}", signal(number)),
    };
    let mut text = format!("child_stack={}, flags={names}", pointer(stack));
    for (bits, name, value) in [
        (PIDFD | PARENT_SETTID, "parent_tid", parent),
        (SETTLS, "tls", tls),
        (CHILD_SETTID | CHILD_CLEARTID, "child_tidptr", child),
    ] {
        if flags & bits != 0 {
            text.push_str(&format!(", {name}={}", pointer(value)));
        }
    }
    Syscall {
        name: "clone",
        entered: text.into(),
    }
}

/// clone3(2): `struct clone_args` as far as it is there, and its size.
pub(crate) fn clone3(args: &[u64], size: u64) -> Syscall {
    let field = |index: usize| args.get(index).copied().unwrap_or(0);
    let flags = field(0);
    let mut fields = vec![format!(
        "flags={}",
        names(flags).unwrap_or_else(|| "0".to_owned())
    )];
    for (bits, name, index) in [
        (PIDFD, "pidfd", 1),
        (CHILD_SETTID | CHILD_CLEARTID, "child_tid", 2),
        (PARENT_SETTID, "parent_tid", 3),
    ] {
        if flags & bits != 0 {
            fields.push(format!("{name}={}", pointer(field(index))));
        }
    }
    let number = i32::try_from(field(4)).unwrap_or(0);
    fields.push(match number {
        0 => "exit_signal=0".to_owned(),
        number => format!("exit_signal={}", signal(number)),
    });
    fields.push(format!("stack={}", pointer(field(5))));
    fields.push(match field(6) {
        0 => "stack_size=0".to_owned(),
        size => format!("stack_size={size:#x}"),
    });
    if flags & SETTLS != 0 {
        fields.push(format!("tls={}", pointer(field(7))));
    }
    Syscall {
        name: "clone3",
        entered: format!("{{{}}}, {size}", fields.join(", ")).into(),
    }
}

fn pointer(pointer: u64) -> &'static str {
    match pointer {
        0 => "NULL",
        _ => POINTER,
    }
}

/// The names of the flags, and what is left of them; `None` where nothing is set.
fn names(flags: u64) -> Option<String> {
    let set = FLAGS.iter().filter(|(bit, _)| flags & bit != 0);
    let mut names: Vec<String> = set.map(|(_, name)| (*name).to_owned()).collect();
    let rest = FLAGS.iter().fold(flags, |rest, (bit, _)| rest & !bit);
    if rest != 0 {
        names.push(format!("{rest:#x}"));
    }
    (!names.is_empty()).then(|| names.join("|"))
}

#[cfg(test)]
mod tests {
    use crate::strace::processes::*;

    #[test]
    fn each_argument_is_printed_where_a_flag_gives_it_a_meaning() {
        let fork = clone([0x120_0011, 0, 0, 5, 0]);
        assert_eq!(
            &*fork.entered,
            "child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x…"
        );
        assert_eq!(&*clone([0; 5]).entered, "child_stack=NULL, flags=0");
        let spawn = clone3(&[0x4100, 0, 0, 0, 17, 4096, 0x9000, 0], 88);
        assert_eq!(
            &*spawn.entered,
            "{flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD, stack=0x…, stack_size=0x9000}, 88"
        );
        assert_eq!(
            &*clone3(&[], 0).entered,
            "{flags=0, exit_signal=0, stack=NULL, stack_size=0}, 0"
        );
    }
}
