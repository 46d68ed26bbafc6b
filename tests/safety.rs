//! Files and other programs are safe: what unlink() and chmod() take, and what the lines of lessons, answers and
//! screenshots may reach. The built program, with files and servers of the test's own.

mod common;

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::path::Path;
use std::process::Command;

use crate::common::child::{PROGRAM, written};
use crate::common::skipped;

fn sockplay(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", folder)
        .output()
        .expect("it runs");
    (output.status.code(), written(&output))
}

fn run(line: &str, folder: &Path) -> (Option<i32>, String) {
    sockplay(&["run", "-c", line], folder)
}

/// Runs an answer to a lesson. The lesson of two terminals is checked in the host's network, any other one in a network
/// namespace where that is allowed.
fn answer(lesson: &str, script: &str, folder: &Path) -> String {
    let file = folder.join("answer.sock");
    fs::write(&file, script).expect("it can be written");
    let (_, text) = sockplay(&["check", lesson, &file.to_string_lossy()], folder);
    text
}

/// Each line of the answer that begins with `!` must be refused, the others not.
fn judged(script: &str, folder: &Path) {
    let lines: Vec<&str> = script.lines().map(str::trim).collect();
    let plain: Vec<&str> = lines
        .iter()
        .map(|line| line.trim_start_matches("! "))
        .collect();
    let text = answer("two-terminals", &plain.join("\n"), folder);
    for (index, line) in lines.iter().enumerate() {
        let number = index + 1;
        let refused = text.lines().any(|row| {
            row.starts_with(&format!("# line {number}: ")) && row.contains("was not made: ")
        });
        assert_eq!(
            refused,
            line.starts_with("! "),
            "line {number}: {line}\n{text}"
        );
    }
    assert!(
        text.contains("the line comes from an answer, which may use only "),
        "{text}"
    );
}

fn nobody_connected(listener: &TcpListener) {
    listener.set_nonblocking(true).expect("its flags");
    let accepted = listener.accept().map(|(_, from)| from);
    assert_eq!(accepted.expect_err("nobody").kind(), ErrorKind::WouldBlock);
}

#[test]
fn unlink_and_chmod_take_sockets_and_nothing_else_in_a_script_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("notes.txt"), "mine").expect("it is written");
    fs::set_permissions(at("notes.txt"), fs::Permissions::from_mode(0o600)).expect("its mode");
    symlink(at("notes.txt"), at("link")).expect("a link");
    fs::create_dir(at("sub")).expect("a folder");
    let own = UnixListener::bind(at("real.sock")).expect("a name");
    symlink(at("real.sock"), at("alias.sock")).expect("a link");
    for (line, what) in [
        ("unlink(unix:notes.txt)", "is an ordinary file"),
        ("chmod(unix:notes.txt, 0777)", "is an ordinary file"),
        ("unlink(unix:./sub/../notes.txt)", "is an ordinary file"),
        ("unlink(unix:link)", "is a symbolic link"),
        ("chmod(unix:link, 0777)", "is a symbolic link"),
        ("chmod(unix:alias.sock, 0777)", "is a symbolic link"),
        ("unlink(unix:sub)", "is a directory"),
        ("chmod(unix:/dev/null, 0777)", "is a FIFO or a device"),
    ] {
        let (status, text) = run(line, folder.path());
        assert_eq!(status, Some(1), "{line}: {text}");
        assert!(
            text.contains(what) && text.contains("was not made: "),
            "{line}: {text}"
        );
        assert!(
            !text.contains("EPERM") && !text.contains("-> 0"),
            "no errno: {text}"
        );
    }
    assert_eq!(
        fs::read_to_string(at("notes.txt")).expect("it is there"),
        "mine"
    );
    let mode = at("notes.txt")
        .metadata()
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let script = "unlink(unix:none) -> ENOENT; chmod(unix:none, 0700) -> ENOENT; unlink(unix:notes.txt/x) -> ENOTDIR; chmod(unix:real.sock, 0700) -> 0; unlink(unix:real.sock) -> 0";
    let (status, text) = run(script, folder.path());
    assert_eq!(
        status,
        Some(0),
        "sockets are taken, and the kernel says what is not there: {text}"
    );
    assert!(!at("real.sock").exists(), "it was removed");
    drop(own);
}

#[test]
fn bind_to_an_ordinary_file_says_so_and_does_not_advise_to_remove_it() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("notes.txt"), "mine").expect("it is written");
    let line = "x = socket(AF_UNIX, SOCK_STREAM); bind(x, unix:notes.txt) -> 0; connect(x, unix:notes.txt) -> 0";
    let (status, text) = sockplay(&["run", "--tap", "-c", line], folder.path());
    assert_eq!(status, Some(1), "{text}");
    assert_eq!(
        text.matches("notes.txt is an ordinary file").count(),
        2,
        "{text}"
    );
    assert!(
        !text.contains("unlink") && !text.contains("stale"),
        "{text}"
    );
}

#[test]
fn an_answer_reaches_no_server_of_the_host() {
    let folder = tempfile::tempdir().expect("a folder");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let wild = TcpListener::bind("0.0.0.0:0").expect("a port");
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
    udp.set_nonblocking(true).expect("its flags");
    let port = |listener: &TcpListener| listener.local_addr().expect("its address").port();
    let (tcp_port, wild_port) = (port(&tcp), port(&wild));
    let udp_port = udp.local_addr().expect("its address").port();
    let script = format!(
        "c = socket(AF_INET, SOCK_STREAM)
         ! connect(c, 127.0.0.1:{tcp_port})
         ! connect(c, 0.0.0.0:{tcp_port})
         ! connect(c, 127.9.8.7:{wild_port})
         ! sendto(c, \"x\", 127.0.0.1:{tcp_port}, MSG_FASTOPEN)
         ! sendmsg(c, [\"x\"], 127.0.0.1:{tcp_port}, MSG_FASTOPEN)
         ! connect(c, 192.0.2.1:80)
         ! connect(c, 127.0.0.1:{tcp_port}, 16)
         v = socket(AF_INET6, SOCK_STREAM)
         ! connect(v, [::ffff:127.0.0.1]:{tcp_port})
         ! connect(v, [2001:db8::1]:80)
         ! connect(v, [2001:db8::1]:80, 24)
         u = socket(AF_INET, SOCK_DGRAM)
         ! sendto(u, \"x\", 127.0.0.1:{udp_port})
         ! sendmsg(u, [\"x\"], 127.0.0.1:{udp_port})
         ! connect(u, 127.0.0.1:{udp_port})
         ! sendto(u, \"x\", 0.0.0.0:{udp_port})
         w = socket(AF_INET6, SOCK_DGRAM)
         ! sendto(w, \"x\", 127.0.0.1:{udp_port})
         ! sendto(w, \"x\", [::ffff:127.0.0.1]:{udp_port})
         ! sendto(u, \"x\", 239.1.1.1:9)
         ! sendto(u, \"x\", 255.255.255.255:9)
         ! n = socket(AF_NETLINK, SOCK_RAW)
         ! p = socket(17, SOCK_RAW, 768)
         ! y = socket(40, SOCK_STREAM)
         l = socket(AF_INET, SOCK_STREAM)
         bind(l, *:0)
         listen(l, 5)
         connect(c, addr(l))
         s = accept(l)
         send(s, \"own\")
         recv(c, 3)"
    );
    judged(&script, folder.path());
    nobody_connected(&tcp);
    nobody_connected(&wild);
    let came = udp.recv(&mut [0; 10]);
    assert_eq!(came.expect_err("nothing").kind(), ErrorKind::WouldBlock);
    // The same where it has a network of its own: there the server is not, and nothing is refused.
    let line = format!("c = socket(AF_INET, SOCK_STREAM)\nconnect(c, 127.0.0.1:{tcp_port})");
    answer("backlog", &line, folder.path());
    nobody_connected(&tcp);
}

#[test]
fn an_answer_reaches_no_name_outside_of_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus = folder.path().join("bus");
    let listener = UnixListener::bind(&bus).expect("a name");
    let box_path = folder.path().join("box");
    let datagrams = UnixDatagram::bind(&box_path).expect("a name");
    let name = format!("sockplay-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let hidden = UnixListener::bind_addr(&address).expect("it is free");
    fs::write(folder.path().join("notes"), "mine").expect("it is written");
    for socket in [&listener, &hidden] {
        socket.set_nonblocking(true).expect("its flags");
    }
    datagrams.set_nonblocking(true).expect("its flags");
    let (bus, box_path) = (bus.display(), box_path.display());
    let script = format!(
        "u = socket(AF_UNIX, SOCK_STREAM)
         ! connect(u, unix:{bus})
         ! connect(u, unix:$DIR/../bus)
         ! connect(u, unix:bus)
         ! connect(u, abstract:{name})
         d = socket(AF_UNIX, SOCK_DGRAM)
         ! sendto(d, \"x\", unix:{box_path})
         ! sendmsg(d, [\"x\"], unix:{box_path}, fds(u))
         ! bind(u, unix:{bus}.new)
         ! bind(u, unix:$DIR/../new)
         ! bind(u, unix:$DIR/a.sock, 7)
         ! unlink(unix:{bus})
         ! chmod(unix:$DIR/../bus, 0777)
         ! open(\"{bus}\")
         ! open(\"/etc/passwd\")
         ! open(\"/dev/../etc/passwd\")
         f = open(\"/dev/null\")
         z = open(\"/dev/zero\")
         bind(u, unix:$DIR/a.sock)
         listen(u, 5)
         c = socket(AF_UNIX, SOCK_STREAM)
         connect(c, unix:$DIR/../{{}}/a.sock)
         send(c, \"own\")
         a, b = socketpair(AF_UNIX, SOCK_STREAM)
         sendmsg(a, [\"x\"], fds(f))
         chmod(unix:$DIR/a.sock, 0700)
         unlink(unix:$DIR/a.sock)"
    );
    // Its folder has a name that is not known here.
    let script = script.replace("$DIR/../{}/a.sock", "$DIR/./a.sock");
    judged(&script, folder.path());
    for socket in [&listener, &hidden] {
        let came = socket.accept().map(|_| ());
        assert_eq!(came.expect_err("nobody").kind(), ErrorKind::WouldBlock);
    }
    let came = datagrams.recv(&mut [0; 10]);
    assert_eq!(came.expect_err("nothing").kind(), ErrorKind::WouldBlock);
    let is_left = folder
        .path()
        .join("bus")
        .symlink_metadata()
        .expect("it is there");
    assert!(is_left.file_type().is_socket());
}

#[test]
fn the_folder_of_an_answer_may_itself_be_behind_a_symbolic_link() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("real")).expect("a folder");
    let alias = folder.path().join("alias");
    symlink(folder.path().join("real"), &alias).expect("a link");
    let script = "u = socket(AF_UNIX, SOCK_STREAM)\nbind(u, unix:$DIR/a.sock)\nunlink(unix:$DIR/a.sock)\nunlink(unix:$DIR/../../real.sock)";
    let text = answer("two-terminals", script, &alias);
    assert!(
        text.contains("# line 4: ") && text.contains("unlink() was not made"),
        "{text}"
    );
    assert!(
        !text.contains("# line 2") && !text.contains("# line 3"),
        "{text}"
    );
}

const FRONT: &str = "---\ntitle: T\ngoal: G.\ntopics: backlog\nminutes: 5\nsources: listen(2)\n---\nIntro.\n\n## One\n";

#[test]
fn a_lesson_and_its_cards_are_confined_when_they_are_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let outside = folder.path().join("outside.sock");
    let listener = UnixListener::bind(&outside).expect("a name");
    let path = outside.display();
    let body = format!(
        "```play\nunlink(unix:{path}) -> 0\n```\n\n```card\nid: c\ntags: close\nsource: s\nQ: q\nA: a\nRUN:\nchmod(unix:{path}, 0777) -> 0\n```\n"
    );
    let lesson = folder.path().join("01-own.md");
    fs::write(&lesson, format!("{FRONT}{body}")).expect("it can be written");
    let (status, text) = sockplay(&["check", &lesson.to_string_lossy()], folder.path());
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.contains("unlink() was not made: ") && text.contains("comes from a lesson"),
        "{text}"
    );
    assert!(
        text.contains("chmod() was not made: ") && text.contains("comes from a flash card"),
        "{text}"
    );
    assert!(outside.exists(), "it is left alone");
    drop(listener);
}

#[test]
fn a_screenshot_of_a_script_that_reaches_out_is_not_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = tcp.local_addr().expect("its address").port();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let script = format!("c = socket(AF_INET, SOCK_STREAM)\nconnect(c, 127.0.0.1:{port})\n");
    fs::write(at("out.sock"), script).expect("it is written");
    let own = "u = socket(AF_UNIX, SOCK_STREAM)\nbind(u, unix:$DIR/a.sock) -> 0\n";
    fs::write(at("own.sock"), own).expect("it is written");
    let draw = |script: &str| {
        let (picture, script) = (at("picture.svg"), at(script));
        sockplay(
            &["screenshot", "--output", &picture, &script],
            folder.path(),
        )
    };
    let (status, text) = draw("out.sock");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("comes from a screenshot's script"), "{text}");
    nobody_connected(&tcp);
    let (status, text) = draw("own.sock");
    assert_eq!(status, Some(0), "paths of its own folder: {text}");
}

/// Two programs of the same kind may talk, which is what the lesson of two terminals is about; see also `course.rs`.
#[test]
fn a_script_is_a_program_and_is_not_confined() {
    let folder = tempfile::tempdir().expect("a folder");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = tcp.local_addr().expect("its address").port();
    let line = format!(
        "c = socket(AF_INET, SOCK_STREAM); connect(c, 127.0.0.1:{port}) -> 0; f = open(\"/etc/passwd\") -> fd"
    );
    let (status, text) = run(&line, folder.path());
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn an_answer_is_checked_in_a_network_of_its_own_where_that_is_allowed() {
    let probed = Command::new("unshare").args(["-rn", "true"]).output();
    if !probed.is_ok_and(|output| output.status.success()) {
        skipped("no user namespace may be made here, or there is no unshare(1)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address");
    let script = format!(
        "l = socket(AF_INET, SOCK_STREAM)\nbind(l, {address}) -> 0\nlisten(l, 1) -> 0\nc = socket(AF_INET, SOCK_STREAM)\nconnect(c, {address}) -> 0"
    );
    let text = answer("accept-blocks", &script, folder.path());
    assert!(
        !text.contains("the script"),
        "the port is free there: {text}"
    );
    nobody_connected(&taken);
}
