//! The pages of a bundle in a real browser, from the disk.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle::Bundle;
use crate::house::{House, data};

/// What a page has become once its script has run.
fn shown(browser: &Path, page: &Path) -> String {
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
        .arg(format!("file://{}", page.display()))
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
    }
}
