//! The interest lists of a traced program's epoll instances, as the kernel has them when the program makes a call on one.

use sockplay::sys::tracee;
use sockplay::world::{Handle, World};

use super::common::skipped;
use super::traced::{Traced, compiled, options};

/// A program that waits for a connection and for new data, which nothing brings.
const WAITING: &str = r#"
int main(void) {
  struct sockaddr_in a;
  int l = listener(&a), c = client(&a), s = accept(l, 0, 0), e = epoll_create1(0);
  struct epoll_event one = {.events = EPOLLIN | EPOLLET, .data.fd = s};
  struct epoll_event two = {.events = EPOLLIN, .data.fd = l};
  epoll_ctl(e, EPOLL_CTL_ADD, s, &one);
  epoll_ctl(e, EPOLL_CTL_ADD, l, &two);
  send(c, "x", 1, 0);
  epoll_wait(e, &one, 1, -1);
  epoll_wait(e, &one, 1, -1);
  return 0;
}
"#;

/// Whether a descriptor of another process may be copied here.
fn copies() -> bool {
    let own = tracee::open(std::process::id().cast_signed());
    let copy = own.and_then(|process| tracee::copy(&process, 2));
    copy.inspect_err(|errno| skipped(&format!("pidfd_getfd() gives {errno}")))
        .is_ok()
}

fn instance(world: &World) -> Option<Handle<'_>> {
    world.descriptors().find(|own| own.epoll().is_some())
}

#[test]
fn the_interest_list_of_a_traced_program_is_that_of_the_kernel() {
    let Some(program) = compiled(WAITING).filter(|_| copies()) else {
        return;
    };
    let mut traced = Traced::start(&program, &options());
    traced.until("wait for what does not come", |world| {
        let waits = |name: &str| {
            world
                .log()
                .iter()
                .filter(|own| own.call().word() == name)
                .count()
        };
        waits("epoll_wait") == 2 && instance(world).is_some_and(|own| !own.has_ready())
    });
    let instance = instance(&traced.world).expect("it is there");
    let mut list: Vec<_> = instance.interest().iter().collect();
    list.sort_by_key(|own| own.seen.fd);
    let shown: Vec<_> = list
        .iter()
        .map(|own| {
            (
                own.is_edge_triggered(),
                own.seen.now.map(|now| now.0),
                own.reported,
            )
        })
        .collect();
    assert_eq!(shown, [(false, Some(0), 0), (true, Some(libc::EPOLLIN), 1)]);
    assert!(list.iter().all(|own| own.descriptor.is_some()), "{list:?}");
    // Between the calls on it nobody asks.
    let as_of = traced.world.as_of(instance).expect("it may be outdated");
    assert!(
        as_of.at.is_some() && as_of.reason.contains("makes a call"),
        "{as_of:?}"
    );
}
