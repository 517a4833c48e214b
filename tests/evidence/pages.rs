//! The pages of a bundle in a real browser, from the disk.

use std::path::{Path, PathBuf};
use std::process::Command;

use obhut_testkit::{segments, turn_over_middle};

use crate::bundle::Bundle;
use crate::house::{House, data};

/// What a page has become once its script has run.
fn shown(browser: &Path, page: &Path) -> String {
    shown_at(browser, &format!("file://{}", page.display()))
}

fn shown_at(browser: &Path, address: &str) -> String {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=5000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .arg(address)
        .env("HOME", home.path())
        .output()
        .expect("the browser can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("Content Security Policy"), "{said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_pages_work_from_a_disk_without_a_server() {
    let Some(browser) = std::env::var_os("OBHUT_CHROMIUM")
        .map(PathBuf::from)
        .filter(|browser| browser.exists())
    else {
        eprintln!("skipped: OBHUT_CHROMIUM names no browser");
        return;
    };
    let house = House::new();
    let (_, bundle) = house.bundle_of(&data("timeline"), "bundle.zip");
    let parts = Bundle::unpack(&bundle);
    let folder = house.place("unpacked");
    parts.write(&folder);
    let play = shown(&browser, &folder.join("play.html"));
    assert!(
        play.contains("Frame 10 · 1 of 12 · captured 2026-11-02 10:15:18.438000 UTC"),
        "{play}"
    );
    assert!(
        play.contains("src=\"data/0/00000010.png\"") && !play.contains("can't be shown</figcaption>"),
        "{play}"
    );
    let german = shown_at(
        &browser,
        &format!("file://{}#de", folder.join("play.html").display()),
    );
    assert!(german.contains("<html lang=\"de\">"), "{german}");
    assert!(
        german.contains("Bild 10 · 1 von 12 · aufgenommen 2026-11-02 10:15:18.438000 UTC"),
        "{german}"
    );
    assert!(
        german.contains("<div id=\"damage\" role=\"note\" hidden=\"\">"),
        "nothing is damaged"
    );
    // A picture that is not there is told: so that it is not told means that it was shown.
    std::fs::remove_file(folder.join("data/0/00000010.png")).expect("removed");
    assert!(shown(&browser, &folder.join("play.html")).contains("can't be shown</figcaption>"));
    let report = shown(&browser, &folder.join("report.html"));
    assert_eq!(report.matches("<figure>").count(), 12, "a picture of each frame");
    for name in ["play.html", "report.html"] {
        let page = parts.text(name);
        assert!(
            !page.contains("http://") && !page.contains("https://"),
            "{name} leads elsewhere"
        );
        assert!(
            page.contains("content=\"default-src &#39;none&#39;; img-src"),
            "{name} may do what it likes"
        );
        for (en, de) in [("Session", "Sitzung"), ("Report", "Bericht")] {
            assert!(
                name == "report.html" || (page.contains(en) && page.contains(de)),
                "{name}: {de}"
            );
        }
    }
    // What the report says itself it says twice, and what was recorded once.
    let texts = |lang: &str| report.matches(&format!("<span lang=\"{lang}\">")).count();
    assert_eq!(texts("en"), texts("de"));
    assert!(texts("de") > 40, "{report}");
    assert_eq!(report.matches("<td>a dispute</td>").count(), 1);
}

#[test]
fn a_player_of_what_is_not_whole_says_so() {
    let Some(browser) = std::env::var_os("OBHUT_CHROMIUM")
        .map(PathBuf::from)
        .filter(|browser| browser.exists())
    else {
        eprintln!("skipped: OBHUT_CHROMIUM names no browser");
        return;
    };
    let house = House::new();
    let (session, _) = house.program.import(&data("timeline"));
    for object in segments(&house.program, &session) {
        turn_over_middle(&object);
    }
    let to = house.place("damaged.zip");
    assert_eq!(house.try_export(&session, &to, &["--damaged"]).code, Some(1));
    let folder = house.place("unpacked");
    Bundle::unpack(&to).write(&folder);
    for (language, said, which) in [
        (
            "en",
            "Not everything of this session is here.",
            "Stream 0: 12, by number 10-21",
        ),
        (
            "de",
            "Von dieser Sitzung ist nicht alles enthalten.",
            "Strom 0: 12, nach Nummern 10-21",
        ),
    ] {
        let page = shown_at(
            &browser,
            &format!("file://{}#{language}", folder.join("play.html").display()),
        );
        assert!(page.contains(said) && page.contains(which), "{page}");
        assert!(page.contains("<div id=\"damage\" role=\"note\">"), "{page}");
    }
}
