//! The page in a browser: forward, back, print, without a script, and without a request.

use std::path::Path;

use serde_json::json;

use crate::common::child::folder;
use crate::common::skipped;
use crate::page::chromium::Browser;
use crate::page::document::exported;

/// The steps that are to be seen.
const SHOWN: &str = "[...document.querySelectorAll('section.step')].filter(s => s.offsetHeight > 0).map(s => s.id).join()";
/// Whether the buttons are to be seen.
const BAR: &str = "document.getElementById('bar').offsetHeight > 0";

fn browser(file: &Path) -> Option<Browser> {
    match Browser::start() {
        Ok(mut browser) => {
            browser.open(file);
            Some(browser)
        }
        Err(reason) => {
            skipped(&reason);
            None
        }
    }
}

#[test]
fn keys_and_buttons_go_forward_and_back_and_nothing_is_requested() {
    let folder = folder();
    let file = folder.path().join("page.html");
    exported("tests/page/hostile.sock", &file);
    let Some(mut browser) = browser(&file) else {
        return;
    };
    browser.until(SHOWN, &json!("step-1"));
    assert_eq!(
        browser.value("document.getElementById('back').disabled"),
        true
    );
    browser.press("ArrowRight");
    browser.until(SHOWN, &json!("step-2"));
    browser.press("ArrowRight");
    browser.until(SHOWN, &json!("step-3"));
    assert_eq!(browser.value("location.hash"), "#step-3");
    let at = "document.getElementById('at').textContent";
    assert_eq!(browser.value(at), "Step 3 of 8");
    browser.press("ArrowLeft");
    browser.until(SHOWN, &json!("step-2"));
    browser.value("document.getElementById('forward').click()");
    browser.until(SHOWN, &json!("step-3"));
    browser.value("document.querySelector('nav a[href=\"#step-5\"]').click()");
    browser.until(SHOWN, &json!("step-5"));
    browser.press("End");
    browser.until(SHOWN, &json!("step-8"));
    assert_eq!(
        browser.value("document.getElementById('forward').disabled"),
        true
    );
    let drawn = "[...document.querySelectorAll('#step-8 use')].every(u => u.getBBox().width > 0)";
    assert_eq!(
        browser.value(drawn),
        true,
        "the picture refers to rows that are there"
    );
    assert_eq!(browser.value("document.scripts.length"), 1);
    assert_eq!(browser.value("document.images.length"), 0);
    let of_page = format!("file://{}", file.display());
    let requests = std::mem::take(&mut browser.requests);
    let others: Vec<&String> = requests
        .iter()
        .filter(|url| !url.starts_with(&of_page))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(!requests.is_empty(), "requests are seen at all");
}

#[test]
fn all_steps_are_printed_and_shown_without_a_script() {
    let folder = folder();
    let file = folder.path().join("page.html");
    exported("assets/screenshots/first-conversation.sock", &file);
    let Some(mut browser) = browser(&file) else {
        return;
    };
    let all = (1..=12).map(|number| format!("step-{number}"));
    let all = json!(all.collect::<Vec<_>>().join(","));
    browser.until(SHOWN, &json!("step-1"));
    browser.ask("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    browser.until(SHOWN, &all);
    assert_eq!(browser.value(BAR), false, "there are no buttons on paper");
    let inside = "getComputedStyle(document.querySelector('section.step')).breakInside";
    assert_eq!(browser.value(inside), "avoid");
    let printed = browser.ask("Page.printToPDF", json!({}));
    let printed = printed["data"].as_str().expect("a document");
    assert!(printed.starts_with("JVBERi"), "it is a PDF");
    browser.ask("Emulation.setEmulatedMedia", json!({ "media": "" }));
    browser.until(SHOWN, &json!("step-1"));
    browser.ask(
        "Emulation.setScriptExecutionDisabled",
        json!({ "value": true }),
    );
    browser.open(&file);
    browser.until(SHOWN, &all);
    assert_eq!(browser.value(BAR), false, "buttons would do nothing");
}
