//! The page as a document.

use std::path::Path;

use crate::common::child::{folder, program};

/// Exports a script or a recording as a page, and gives it.
#[track_caller]
pub(crate) fn exported(from: impl AsRef<Path>, to: &Path) -> String {
    let output = program()
        .args(["export", "--format", "html"])
        .arg(from.as_ref())
        .arg("-o")
        .arg(to)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    std::fs::read_to_string(to).expect("it was written")
}

#[test]
fn each_call_is_a_step_with_its_result_and_the_panes_as_text_and_picture() {
    let folder = folder();
    let page = exported(
        "assets/screenshots/first-conversation.sock",
        &folder.path().join("a.html"),
    );
    assert!(page.contains("<html lang=\"en\">"));
    assert!(page.contains("default-src 'none'"), "nothing is loaded");
    let steps: Vec<&str> = page.split("<section class=\"step\"").skip(1).collect();
    assert_eq!(steps.len(), 12);
    let connect = steps
        .iter()
        .find(|step| step.contains("<code>connect(c, addr(l))</code></h2>"));
    let connect = connect.expect("a step for connect()");
    for part in [
        "<code>-&gt; 0</code>",
        "class=\"why\"",
        "<svg class=\"screen\" role=\"img\" aria-label=\"",
        "<th scope=\"col\">Own address</th>",
        "<td>ESTABLISHED</td>",
        "State of <code>c</code>",
        "<th scope=\"col\">Between them</th>",
        "SYN",
    ] {
        assert!(connect.contains(part), "{part} is not in\n{connect}");
    }
}

#[test]
fn that_a_session_has_no_calls_is_said() {
    let folder = folder();
    let said = |text: &str| {
        let script = folder.path().join("it.sock");
        std::fs::write(&script, text).expect("a script");
        let mut export = program();
        export.args(["export", "--format", "html"]).arg(&script);
        let output = export.output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let empty = said("# nothing\n");
    assert!(
        empty.contains("it.sock has no calls, so the output has none"),
        "{empty}"
    );
    let one = said("s = socket(AF_INET, SOCK_STREAM)\n");
    assert!(!one.contains("has no calls"), "{one}");
}

#[test]
fn nothing_of_a_session_becomes_markup() {
    let folder = folder();
    let (recording, changed) = (folder.path().join("a.jsonl"), folder.path().join("b.jsonl"));
    let recorded = program()
        .args(["run", "tests/page/hostile.sock", "--record"])
        .arg(&recording)
        .output();
    assert!(recorded.expect("it runs").status.success());
    let text = std::fs::read_to_string(&recording).expect("a recording");
    let name = r#"</title></script>'; rm \"&\u001b[2J*/<!--"#;
    let hostile = text.replacen("tests/page/hostile.sock", name, 1);
    assert_ne!(text, hostile);
    std::fs::write(&changed, hostile).expect("it can be written");
    let page = exported(&changed, &folder.path().join("a.html"));
    for (tag, count) in [
        ("<script", 1),
        ("</script", 1),
        ("</title", 1),
        ("<img", 0),
        ("<!--", 0),
    ] {
        assert_eq!(page.matches(tag).count(), count, "{tag}");
    }
    assert!(!page.contains('\x1b'), "no control character");
    assert!(page.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"));
    assert!(
        page.contains("&amp; &amp;lt; --&gt; \\x1b[2J \\xff\\xfe"),
        "escapes stay"
    );
}

#[test]
fn a_page_of_a_long_session_says_what_it_leaves_out() {
    let folder = folder();
    let script = folder.path().join("long.sock");
    let lines =
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\n".to_owned() + &"getsockname(a)\n".repeat(320);
    std::fs::write(&script, lines).expect("it can be written");
    let recording = folder.path().join("a.jsonl");
    let recorded = program()
        .arg("run")
        .arg(&script)
        .arg("--record")
        .arg(&recording)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&recorded.stderr);
    assert!(recorded.status.success(), "{said}");
    let page = exported(&recording, &folder.path().join("a.html"));
    assert!(page.contains("The session has 321 calls; this page shows the first 300."));
    assert_eq!(page.matches("<section class=\"step\"").count(), 300);
    assert!(page.len() < 12 << 20, "{} bytes", page.len());
}
