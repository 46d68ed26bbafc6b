//! The prompt: lines that are typed, recalled, completed, refused and pasted.

use crate::common::child::{PROGRAM, folder};
use crate::common::terminal::{PROMPT_KEYS, Rig, USUAL, sockplay};

#[test]
fn a_leading_colon_does_no_harm_and_enter_stays() {
    let mut rig = sockplay();
    rig.prompt(&[":socket inet stream"]);
    rig.wait_for_row(&["s1 = socket(AF_INET, SOCK_STREAM)", "-> fd"]);
    rig.line("bind s1 127.0.0.1:0")
        .wait_for_row(&["bind(s1, 127.0.0.1:0)", "-> 0"]);
    assert!(rig.screen().has(PROMPT_KEYS), "still at the prompt");
    assert!(!rig.screen().screen.hide_cursor(), "with a cursor");
    rig.panes().wait_for("press : to type a line");
    rig.keys("z").wait_for("z shows all panes");
}

#[test]
fn the_history_comes_back_with_up() {
    let mut rig = sockplay();
    rig.prompt(&["u = socket inet dgram", "getsockname u"]);
    rig.wait_for("getsockname(u)");
    rig.keys("half a li").wait_for("› half a li");
    rig.keys("\x1b[A").wait_for("› getsockname u");
    rig.keys("\x1b[A").wait_for("› u = socket inet dgram");
    rig.keys("\x1b[B\x1b[B").wait_for("› half a li");
    rig.keys("\x1b[A").wait_for("› getsockname u");
    rig.keys("\r").wait_for("3 calls");
}

#[test]
fn tab_completes_calls_names_and_addresses() {
    let mut rig = sockplay();
    rig.prompt(&["conn\t"]);
    rig.wait_for("› connect(");
    rig.keys("\x15").wait_without("› connect(");
    rig.line("l = socket inet stream")
        .line("bind l 127.0.0.1:0")
        .line("listen l 5");
    rig.line("c = socket inet stream")
        .wait_for_row(&["c ", "unbound"]);
    rig.keys("connect(c, addr(\t").wait_for("addr(l)  ");
    rig.keys("\t").wait_for("› connect(c, addr(l)");
    rig.keys(")\r")
        .wait_for_row(&["connect(c, addr(l))", "-> 0"]);
    rig.keys("socket(AF_INET, SOCK_S\t")
        .wait_for_row(&["SOCK_SEQPACKET"]);
    rig.keys("\t").wait_for("› socket(AF_INET, SOCK_STREAM");
}

#[test]
fn a_syntax_error_names_its_place_and_keeps_the_line() {
    let mut rig = sockplay();
    rig.prompt(&["conect s1 127.0.0.1:1"]);
    rig.wait_for("column 1: unknown call `conect`: did you mean `connect`?");
    assert!(
        rig.screen().has("› conect s1 127.0.0.1:1"),
        "to be corrected"
    );
    assert!(rig.screen().has("0 calls"), "nothing was run");
    rig.keys("\x1b[H\x1b[C\x1b[C\x1b[Cn")
        .wait_for("› connect s1 127.0.0.1:1");
    rig.wait_without("did you mean");
}

#[test]
fn a_line_with_an_unknown_name_comes_back() {
    let mut rig = sockplay();
    rig.prompt(&["u = socket inet dgram"])
        .wait_for_row(&["u ", "inet dgram"]);
    rig.line("send v \"x\"").wait_for("no socket is called v");
    rig.wait_for("› send(v, \"x\")");
    assert!(rig.screen().has("1 call "), "it was not made");
}

#[test]
fn the_descriptors_of_the_program_are_refused() {
    let mut rig = sockplay();
    rig.prompt(&["close 0"])
        .wait_for_row(&["close(0)", "✗ not made"]);
    rig.wait_for("descriptor 0 belongs to sockplay itself");
    rig.line("close 900")
        .wait_for_row(&["close(900)", "-> EBADF"]);
}

#[test]
fn a_pasted_block_runs_in_order() {
    let mut rig = sockplay();
    let lines = [
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "s = accept(l)",
        "send(s, \"hello\")",
        "recv(c, 100)",
    ];
    rig.prompt(&[])
        .paste(lines.join("\r\n"))
        .wait_for_row(&["recv(c, 100)", "-> 5 \"hello\""]);
    let shown = rig.screen();
    let rows = lines.map(|line| shown.place(line).1);
    assert!(rows.is_sorted(), "{rows:?}\n{}", shown.text());
    assert!(shown.has(PROMPT_KEYS), "as if they had been typed");
    rig.keys("\x1b[A").wait_for("› recv(c, 100)");
}

#[test]
fn a_pasted_block_with_a_mistake_runs_nothing() {
    let mut rig = sockplay();
    rig.prompt(&[])
        .paste("l = socket inet stream\nlisten l 5\nlissen l 5\nsocket inet dgram\n");
    rig.wait_for("line 3 of what was pasted: column 1: unknown call `lissen`");
    assert!(rig.screen().has("0 calls"), "{}", rig.screen().text());
}

#[test]
fn a_pasted_line_waits_for_enter() {
    let mut rig = sockplay();
    rig.prompt(&[])
        .paste("u = socket inet dgram")
        .wait_for("› u = socket inet dgram");
    assert!(rig.screen().has("0 calls"), "it may be looked at first");
    rig.keys("\r").wait_for_row(&["u ", "inet dgram"]);
    rig.panes().keys("b").wait_for("bind on u");
    rig.paste("127.0.0.1:0\r\n")
        .wait_for("› bind(u, 127.0.0.1:0)");
    assert!(rig.screen().has("1 call "), "a form waits too");
}

#[test]
fn a_burst_without_marks_of_a_paste_arrives_whole() {
    let mut rig = sockplay();
    let line = "# nothing but a comment that is long enough to fill what is read at once\r";
    let burst = format!(":{}u = socket(AF_INET, SOCK_DGRAM)\r", line.repeat(60));
    rig.keys(burst).wait_for_row(&["u ", "inet dgram"]);
}

/// Bytes of no meaning: every value but that of Esc, and harmful sequences between them.
fn rubbish(newlines: bool) -> Vec<u8> {
    let harmful = [
        "q",
        "\x1b[2J",
        "\x1b]0;pwned\x07",
        "\x1b[200~",
        "\x03",
        "\x1a",
        "\x04",
        "\u{202e}",
        "\x1b[<0;5;5M",
        "y\x00n",
    ];
    let mut bytes = Vec::new();
    // A linear congruence, so that each run is the same.
    let mut seed: u32 = 1;
    while bytes.len() < 10_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match (seed >> 16).to_be_bytes()[3] {
            0x1b => bytes.extend(harmful[(seed >> 24) as usize % harmful.len()].bytes()),
            b'\n' | b'\r' if !newlines => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    bytes
}

#[test]
fn pasted_rubbish_neither_runs_nor_leaves_nor_reaches_the_terminal() {
    let mut rig = sockplay();
    rig.paste(rubbish(true))
        .wait_for("what was pasted is ignored");
    rig.prompt(&[])
        .paste(rubbish(true))
        .wait_for("of what was pasted");
    rig.wait_for("0 calls");
    // The emulator leaves U+FFFD out, so that its columns are no longer those of the program; that draws all again.
    let (columns, rows) = USUAL;
    rig.keys("\x15").resize((columns - 2, rows));
    rig.wait_until("an empty prompt", |shown| {
        shown.rows.iter().any(|row| row.replace(' ', "") == "│›│")
    });
    rig.paste(rubbish(false)).keys("\r").wait_for("column ");
    rig.wait_for("0 calls");
    rig.keys("\x15")
        .panes()
        .call("n")
        .wait_for_row(&["s1", "inet stream", "unbound"]);
    rig.keys("b").wait_for("bind on s1");
    rig.paste(rubbish(true)).wait_for("✗");
    rig.keys("\x1b").wait_without("bind on s1");
    assert!(rig.screen().has("1 call "), "{}", rig.screen().text());
    assert_eq!(rig.abuses(), [""; 0]);
    assert!(
        !rig.raw_without_query()
            .windows(2)
            .any(|pair| pair == b"\x1b]"),
        "no OSC is written"
    );
    assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
}

#[test]
fn the_log_is_written_as_a_script_that_can_be_run() {
    let mut rig = sockplay();
    rig.prompt(&[
        "l = socket(inet, stream)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "accept(l)",
        "c = socket(inet, stream)",
        "connect(c, addr(l))",
        "send(c, \"hello\")",
        "recv(s1, 100)",
        "close(99)",
        "recv(c, 5)",
    ]);
    rig.wait_for("recv() blocked");
    rig.panes();
    rig.keys("i").wait_for("-> EINTR");
    rig.prompt(&["w own.sock"]);
    rig.wait_for("the log was written to own.sock");
    rig.line("w own.sock")
        .wait_for("it is there already, and w!");
    let file = rig.folder().join("own.sock");
    let text = std::fs::read_to_string(&file).expect("it is written");
    let ran = crate::common::child::program()
        .arg("run")
        .arg(&file)
        .output();
    let ran = ran.expect("it runs");
    assert!(
        ran.status.success(),
        "{text}\n{}",
        crate::common::child::written(&ran)
    );
    for line in ["accept(l) -> blocks", "s1 = wait(l)", "cancel(c)"] {
        assert!(
            text.lines().any(|own| own.starts_with(line)),
            "{line}\n{text}"
        );
    }
    rig.panes();
    rig.prompt(&["wq! own.sock"]);
    assert!(rig.wait_exit().success());
}

#[test]
fn a_vi_user_gets_help_and_leaves() {
    let mut rig = sockplay();
    rig.prompt(&["h"])
        .wait_for("Here keys are text: press Esc first, then h");
    rig.panes();
    rig.prompt(&["help getpeername"]).wait_for("┌ Help");
    let shown = rig.screen();
    assert!(shown.rows[1].contains("getpeername("), "{:?}", shown.rows);
    rig.keys("x").wait_for("▪ Sockets");
    rig.keys(":").wait_for(PROMPT_KEYS);
    rig.line("q");
    assert!(rig.wait_exit().success());
}

#[test]
fn lines_of_the_last_session_are_found_with_ctrl_r() {
    let home = folder();
    let place = home.path().to_string_lossy().into_owned();
    let start = || {
        let mut rig = Rig::start(USUAL, PROGRAM, &[], &[("HOME", &place)]);
        rig.wait_for("Free play").keys("3");
        rig.wait_for("n makes a socket");
        rig
    };
    let mut rig = start();
    rig.prompt(&["wanted = socket inet dgram", "close wanted"]);
    rig.wait_for("close(wanted)");
    rig.keys("never run").wait_for("› never run");
    rig.panes().keys("q");
    assert!(rig.wait_exit().success());
    let mut rig = start();
    rig.keys(":").wait_for(PROMPT_KEYS);
    rig.keys("\x12").wait_for("history search:");
    rig.keys("soc")
        .wait_for("history search: soc › wanted = socket inet dgram");
    rig.keys("xyz").wait_for("no older line has socxyz");
    rig.keys("\x1b").wait_without("no older line");
    assert!(rig.screen().has(PROMPT_KEYS), "Esc ends only the search");
    rig.keys("\x12never").wait_for("no older line has never");
    rig.keys("\x7f\x7f\x7f\x7f\x7fdgram")
        .wait_for("dgram › wanted = socket");
    rig.keys("\r")
        .wait_for_row(&["wanted = socket(AF_INET, SOCK_DGRAM)", "-> fd"]);
}
