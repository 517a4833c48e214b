//! Writes down which files of the built web page are part of the program. Where the page is not built, a placeholder takes
//! its place, so that a plain `cargo build` works; with `OBHUT_REQUIRE_WEB=1`, which packaging sets, that is refused.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>Obhut</title></head>
<body>
<h1>Obhut</h1>
<p>This program was built without its web page. Build the page in <code>player/web</code>, then the program again.</p>
</body>
</html>
";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=OBHUT_REQUIRE_WEB");
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the crate is"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    let built = here.join("web/dist");
    // Its folder too: a page that is built later is then noticed.
    println!(
        "cargo::rerun-if-changed={}",
        here.join("web").join("dist").display()
    );
    let mut files = Vec::new();
    if built.join("index.html").is_file() {
        collect(&built, &built, &mut files)?;
    } else {
        let required = env::var_os("OBHUT_REQUIRE_WEB").is_some_and(|value| value == "1");
        assert!(
            !required,
            "the web page is not built: {} lacks index.html",
            built.display()
        );
        let page = out.join("placeholder.html");
        fs::write(&page, PLACEHOLDER)?;
        files.push(("index.html".to_owned(), page));
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (name, path) in &files {
        let _ = writeln!(
            table,
            "    ({name:?}, include_bytes!({:?})),",
            path.to_string_lossy()
        );
    }
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table)
}

/// Every file below a folder, by its path from the top with `/` between.
fn collect(top: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(top, &path, files)?;
            continue;
        }
        let below = path.strip_prefix(top).map_err(io::Error::other)?;
        let parts: Vec<_> = below
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        files.push((parts.join("/"), path.clone()));
    }
    Ok(())
}
